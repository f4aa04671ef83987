"""The web server: gunicorn keeps the processes, waitress reads and writes, lanes do the work.

A request reaches a thread only when all of it is here, and its answer is sent by the loop, so
that somebody slow costs a connection and never a thread. What is too slow, too large or too much
is answered at once by a problem document (docs/adr/0034-buffering-web-server.md).
"""
