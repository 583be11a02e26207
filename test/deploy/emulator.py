"""Starts ministack with what 1.5.33 does otherwise than AWS, and what it does twice, put right.

Reserved concurrency applies to a function as a whole, with its versions and aliases (AWS Lambda Developer Guide,
"Configuring reserved concurrency"); ministack asks the version, which has none. Without this, nobody would see that
`rollcall stop` stops anything.

Lambda asks each shard of a stream four times a second (the same, "Polling and batching streams"); ministack calls a
function at each write, so that what CI pays for is mostly calls with one record.

Environments of a function: ministack starts one more for each request that comes meanwhile. Some are enough to have
requests beside each other; the others wait for one of those.

The grammar of an expression is looked at anew for each request; it is the same few expressions.
"""

import functools
import time

from ministack.app import main
from ministack.core import lambda_runtime
from ministack.services import dynamodb, lambda_svc

SECONDS_BETWEEN_POLLS = 0.25
MOST_ENVIRONMENTS = 6
# A function that waits for itself is given one more after this.
PATIENCE_SECONDS = 5.0

_of_record = lambda_svc._reserved_concurrency
_poll_streams = lambda_svc._poll_dynamodb_streams
_acquire_worker = lambda_svc.acquire_worker
_due = 0.0


def _of_function(func, config):
    return _of_record(lambda_svc._functions.get(config.get("FunctionName")) or func, config)


def _poll_streams_in_time():
    global _due
    time.sleep(max(0.0, _due - time.monotonic()))
    _due = time.monotonic() + SECONDS_BETWEEN_POLLS
    return _poll_streams()


def _acquire_one_of_few(func_name, config, code_zip, qualifier="$LATEST", max_concurrency=None):
    key = lambda_runtime._worker_key(func_name, config, qualifier)
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        with lambda_runtime._lock:
            environments = lambda_runtime._workers.get(key, [])
            if len(environments) < MOST_ENVIRONMENTS or not all(one.in_use for one in environments):
                break
        time.sleep(0.01)
    return _acquire_worker(func_name, config, code_zip, qualifier, max_concurrency)


lambda_svc._reserved_concurrency = _of_function
lambda_svc._poll_dynamodb_streams = _poll_streams_in_time
lambda_svc.acquire_worker = _acquire_one_of_few
dynamodb._condition_syntax_error = functools.lru_cache(maxsize=4096)(dynamodb._condition_syntax_error)

if __name__ == "__main__":
    main()
