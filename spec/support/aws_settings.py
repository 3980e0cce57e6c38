"""What botocore makes of situations: reads a JSON list from the standard input and writes one with its answers.

A situation has env, files (config, credentials), service, and what is given in code: profile, region, endpoint, fips,
dual. The answer has region, url, signing_region, signing_name, retry_mode, max_attempts, app, proxy and ca_bundle, or
error, the name of what was raised."""
import json
import os
import sys
import tempfile

import botocore.client
import botocore.session
from botocore.config import Config
from botocore.loaders import Loader

OPERATIONS = {'ecs': 'ListClusters', 'sts': 'GetCallerIdentity', 's3': 'ListBuckets', 'sso': 'GetRoleCredentials',
              'sso-oidc': 'CreateToken'}
KEEP = {name: os.environ[name] for name in ('PATH', 'HOME', 'LANG') if name in os.environ}


LOADER = Loader()


def keep_client_classes():
    """The class of a service's client is the same in every situation, and most of the work."""
    make, made = botocore.client.ClientCreator._create_client_class, {}

    def keep(self, name, model):
        if name not in made:
            made[name] = make(self, name, model)
        return made[name]
    botocore.client.ClientCreator._create_client_class = keep


def surround(situation, folder):
    os.environ.clear()
    os.environ.update(KEEP, AWS_EC2_METADATA_DISABLED='true', AWS_ACCESS_KEY_ID='AKIDEXAMPLE',
                      AWS_SECRET_ACCESS_KEY='example')
    for name, variable in (('config', 'AWS_CONFIG_FILE'), ('credentials', 'AWS_SHARED_CREDENTIALS_FILE')):
        path = os.path.join(folder, name)
        with open(path, 'w', encoding='utf-8') as file:
            file.write((situation.get('files') or {}).get(name, ''))
        os.environ[variable] = path
    os.environ.update(situation.get('env') or {})


def answer(situation):
    service, given = situation['service'], situation.get('given') or {}
    session = botocore.session.Session(profile=given.get('profile'))
    session.register_component('data_loader', LOADER)
    config = Config(use_fips_endpoint=given.get('fips'), use_dualstack_endpoint=given.get('dual'))
    client = session.create_client(service, region_name=given.get('region'), endpoint_url=given.get('endpoint'),
                                   config=config)
    context = {}
    operation = client._service_model.operation_model(OPERATIONS[service])
    url = client._resolve_endpoint_ruleset(operation, {}, context)[0]
    signing, signer, http = context.get('signing', {}), client._request_signer, client._endpoint.http_session
    agent = [part for part in client._user_agent_creator.to_string().split(' ') if part.startswith('app/')]
    retries = client.meta.config.retries
    return {
        'region': client.meta.region_name, 'url': url.rstrip('/'),
        'signing_region': signing.get('region', signer._region_name),
        'signing_name': signing.get('signing_name', signer._signing_name),
        'retry_mode': retries.get('mode'), 'max_attempts': retries.get('total_max_attempts'),
        'app': agent[0] if agent else None, 'proxy': http._proxy_config.proxy_url_for(url) or '',
        'ca_bundle': http._verify if isinstance(http._verify, str) else None,
    }


def main():
    answers = []
    keep_client_classes()
    with tempfile.TemporaryDirectory() as folder:
        for situation in json.load(sys.stdin):
            surround(situation, folder)
            try:
                answers.append(answer(situation))
            except Exception as problem:
                answers.append({'error': type(problem).__name__})
    json.dump(answers, sys.stdout)


if __name__ == '__main__':
    main()
