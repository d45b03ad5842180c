"""The test bed itself."""

import socket

import pytest
from django.db import connection

from cms.models import Version


@pytest.mark.django_db(transaction=True)
def test_what_a_transactional_test_commits_is_gone_afterwards_first():
    assert not Version.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM wagtailcore_site")


@pytest.mark.django_db(transaction=True)
def test_what_a_transactional_test_commits_is_gone_afterwards_second():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM wagtailcore_site")
        assert cursor.fetchone()[0] == 1


def test_a_socket_beyond_loopback_is_refused():
    with pytest.raises(Exception, match="blocked|allowed"), socket.socket() as outside:
        outside.connect(("192.0.2.1", 80))
