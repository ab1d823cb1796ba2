"""What schemathesis cannot know of this API. Only well-formed requests are touched; malformed ones stay as they are."""

import re

import schemathesis


@schemathesis.hook
def before_call(context, case, kwargs):
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    # A page of a list starts where the page before has ended: no made-up text says where that is.
    if case.query and "cursor" in case.query:
        del case.query["cursor"]
    # In its coverage phase it draws headers from letters and digits only, whatever the pattern asks for: what then
    # breaks the documented pattern (a version in double quotes) is called well-formed all the same.
    if case.headers and not re.fullmatch(r'\*|"\d{1,15}"', case.headers.get("If-Match", "*")):
        case.headers["If-Match"] = '"3"'
