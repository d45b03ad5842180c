"""Pictures of what lies in a basket, and of a repair that is followed by its link."""

from typing import Any

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.authentication import basket_token
from api.schema import BASKET, LINK, operation
from api.shapes import Text
from api.v1.picture_shapes import (
    BINARY,
    KEY,
    MULTIPART,
    SIZE,
    TAKING,
    WEBP,
    PhotoAsk,
    PhotoShape,
    PhotosShape,
    SendsPictures,
    ShowsPicture,
    listed,
    printed,
    shown,
)
from api.v1.repairs import TOKEN
from api.views import PrivateView, TokenView
from repairs import photos, tracking
from repairs.models import Photo
from shop import basket_photos, baskets

BASE = "/api/v1/basket/photos/"


class BasketPhotoAsk(PhotoAsk):
    """A picture, and the quote whose thing it shows."""

    quote = Text(max_length=24, help_text="Reference of a quote that lies in the basket.")


class BasketPhoto(PhotoShape):
    """A picture of something in the basket."""

    quote = serializers.CharField(help_text="A quote of the thing that it shows.")


class BasketPhotosShape(PhotosShape):
    """Pictures of all that is in the basket, oldest first."""

    items = BasketPhoto(many=True)


SHOWN = shown(BASE, quote="Q-7KQ2XR4DMP")


def pictures(basket: Any, things: Any) -> QuerySet[Photo]:
    """The pictures of these things of a basket."""
    return Photo.objects.filter(site_id=basket.visit.site_id, batch__in=list(things)).order_by("pk")


class BasketPhotos(SendsPictures):
    """Pictures of what is in the basket."""

    @operation(
        name="basket_photos", summary="Pictures of what is in the basket", tag="basket", answer=BasketPhotosShape,
        shown=listed([SHOWN]), role=BASKET,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Also after the order; from then on they belong to the repair."""
        basket = baskets.find(site=self.site, token=basket_token(request), at=self.at)
        things = basket_photos.things(basket)
        rows = pictures(basket, things)
        return Response(listed(printed(row, BASE, quote=things[row.batch].reference) for row in rows))

    @operation(
        name="basket_photo_send",
        summary="Send a picture of what is in the basket",
        tag="basket",
        ask=BasketPhotoAsk,
        asked={"photo": "(the file)", "caption": "The corner that hit the ground.", "quote": "Q-7KQ2XR4DMP"},
        body=MULTIPART,
        answer=BasketPhoto,
        shown=SHOWN,
        status=201,
        role=BASKET,
        errors=["basket_closed", "photo_category_not_known", *TAKING],
    )
    def post(self, request: Request) -> Response:
        """One file in each request: so you can show progress, and a bad one does not spoil the good ones."""
        at = self.at
        basket = baskets.find(site=self.site, token=basket_token(request), at=at)
        asked = self.asked(BasketPhotoAsk)
        photo = basket_photos.add(
            site=self.site,
            basket=basket,
            batch=basket_photos.batch_in(basket, asked["quote"]),
            file=asked["photo"],
            caption=asked.get("caption", ""),
            at=at,
        )
        quote = basket_photos.things(basket)[photo.batch].reference
        return Response(
            printed(photo, BASE, quote=quote), status=201, headers={"Location": f"{BASE}{photo.key}/image/"}
        )


class BasketPhotoOne(PrivateView):
    """One picture of the basket."""

    @operation(
        name="basket_photo_remove", summary="Take a picture away", tag="basket", path=[KEY], answer=None, shown=None,
        status=204, role=BASKET, errors=["basket_closed"],
    )  # fmt: skip
    def delete(self, request: Request, key: str) -> Response:
        """Gone at once, file and all. Not any more once the basket is ordered."""
        at = self.at
        basket = baskets.find(site=self.site, token=basket_token(request), at=at)
        photo = photos.find(pictures(basket, basket_photos.things(basket)), key)
        basket_photos.remove(basket=basket, photo=photo, at=at)
        return Response(status=204)


class BasketPhotoFile(ShowsPicture, PrivateView):
    """The file of one."""

    @operation(
        name="basket_photo_file", summary="The picture itself", tag="basket", path=[KEY, SIZE], answer=BINARY,
        shown=None, role=BASKET, media=WEBP,
    )  # fmt: skip
    def get(self, request: Request, key: str, size: str) -> HttpResponseBase:
        """WebP. Ask again with If-None-Match."""
        basket = baskets.find(site=self.site, token=basket_token(request), at=self.at)
        photo = photos.find(pictures(basket, basket_photos.things(basket)), key)
        return photos.answer(photo, size, request=request._request)


class RepairPhotos(TokenView):
    """Pictures of a repair."""

    @operation(
        name="repair_photos", summary="Pictures of a repair", tag="tracking", path=[TOKEN], answer=PhotosShape,
        shown=listed([shown("/api/v1/repairs/eyJqIjoiTS03S1EyIn0:1vMXxy:abc/photos/")]), role=LINK,
    )  # fmt: skip
    def get(self, request: Request, token: str) -> Response:
        """What the customer sent, and what the workshop shows: damage, progress, completed work."""
        rows = photos.of_job(tracking.find(token), public_only=True)
        base = f"/api/v1/repairs/{token}/photos/"
        return Response(listed(printed(row, base) for row in rows))


class RepairPhotoFile(ShowsPicture, TokenView):
    """The file of one."""

    @operation(
        name="repair_photo_file", summary="The picture itself", tag="tracking", path=[TOKEN, KEY, SIZE],
        answer=BINARY, shown=None, role=LINK, media=WEBP,
    )  # fmt: skip
    def get(self, request: Request, token: str, key: str, size: str) -> HttpResponseBase:
        """WebP. Ask again with If-None-Match."""
        photo = photos.find(photos.of_job(tracking.find(token), public_only=True), key)
        return photos.answer(photo, size, request=request._request)
