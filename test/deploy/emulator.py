"""Starts ministack with one fault of 1.5.33 put right. Reserved concurrency applies to a function as a whole, with its
versions and aliases (AWS Lambda Developer Guide, "Configuring reserved concurrency"); ministack asks the version, which
has none. Without this, nobody would see that `rollcall stop` stops anything."""

from ministack.app import main
from ministack.services import lambda_svc

_of_record = lambda_svc._reserved_concurrency


def _of_function(func, config):
    return _of_record(lambda_svc._functions.get(config.get("FunctionName")) or func, config)


lambda_svc._reserved_concurrency = _of_function

if __name__ == "__main__":
    main()
