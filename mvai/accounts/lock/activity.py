"""Which requests show that somebody is there."""

# static/js/lock.js says "yes" where a key or a finger was the cause, "no" for what it asks itself.
BY_A_PERSON = "X-By-A-Person"


def is_activity(request) -> bool:
    """Opening a page or sending a form is. What a page asks for by itself, such as a poll, is not.

    A request by a script counts only when the script says that a person caused it: what we forget
    to say locks a session early and never keeps one open.
    """
    said = request.headers.get(BY_A_PERSON)
    if said:
        return said == "yes"
    by_script = bool(request.headers.get("HX-Request")) or (
        request.headers.get("Sec-Fetch-Dest", "document") != "document"
    )
    return not by_script or request.method == "POST"
