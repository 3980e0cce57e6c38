--- The version of this module, as the rock has it.
return "0.1.0"
