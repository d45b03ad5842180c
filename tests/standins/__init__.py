"""Stand-ins for the services that Mendwell calls: Stripe and PayPal, as one small server on loopback.

`python -m tests.standins --port 8765 --webhook http://127.0.0.1:8000/payments/{provider}/webhook/` runs it. It keeps
books as the providers do, signs its webhooks as they do, checks every call against their own descriptions where those
are at hand, and can be told to fail: see `control.py`.
"""
