"""Addresses of the booking, from the price to the held time."""

from django.urls import path

from shop.wizard import book

urlpatterns = [
    path("book/", book.book, name="book"),
    path("book/<str:reference>/", book.book_time, name="book-time"),
]
