"""Django's tasks on django-q2: what Wagtail queues (indexing, purging) and what we queue run in the same worker.

The broker is the database, so a task queued inside a transaction is gone with it.
"""

from typing import Any

from django.utils import timezone
from django.utils.module_loading import import_string
from django_q.tasks import async_task
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskResult, TaskResultStatus
from django_tasks.signals import task_enqueued


def run(path: str, args: list[Any], kwargs: dict[str, Any]) -> Any:
    """Run in the worker the function that the task at this dotted path wraps."""
    return import_string(path).func(*args, **kwargs)


class Q2Backend(BaseTaskBackend):
    """Queues a task into django-q2's table. Results are read in django-q2's own admin, not here."""

    def enqueue(self, task: Task, args: Any, kwargs: Any) -> TaskResult:
        self.validate_task(task)
        task_id = async_task(
            "notifications.task_backend.run", task.module_path, list(args), dict(kwargs), task_name=task.name[:100]
        )
        result: TaskResult = TaskResult(
            task=task,
            id=task_id,
            status=TaskResultStatus.READY,
            enqueued_at=timezone.now(),
            started_at=None,
            last_attempted_at=None,
            finished_at=None,
            args=args,
            kwargs=kwargs,
            backend=self.alias,
            errors=[],
            worker_ids=[],
        )
        task_enqueued.send(type(self), task_result=result)
        return result
