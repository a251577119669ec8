"""The entry point for a web server."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leeward.config.settings")

gc.disable()  # what is read now stays to the end
application = get_wsgi_application()
gc.freeze()
gc.enable()
