--- How a digest in place of a sensitive value is written, with its salt.
return { PATTERN = "^sha256:" .. ("%x"):rep(16) .. ":" .. ("%x"):rep(64) .. "$", LENGTH = 88 }
