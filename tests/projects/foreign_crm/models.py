"""People who sign in by e-mail, employees, and the parties they deal with."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save()
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    email = models.EmailField(unique=True)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)

    objects = UserManager()

    USERNAME_FIELD = "email"


class Firm(models.Model):
    trading_name = models.CharField(max_length=120)

    def __str__(self) -> str:
        return self.trading_name


class Employee(models.Model):
    uid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.OneToOneField(User, on_delete=models.SET_NULL, null=True, blank=True)
    full_title = models.CharField(max_length=120)
    work_mail = models.EmailField(blank=True)
    branch = models.CharField(max_length=60, blank=True)

    def __str__(self) -> str:
        return self.full_title


class CurrentParties(models.Manager["Party"]):
    """What the brokerage's own pages show: whatever was archived is out of sight."""

    def get_queryset(self) -> models.QuerySet[Party]:
        return super().get_queryset().filter(archived_at=None)


class Party(models.Model):
    uid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    given = models.CharField(max_length=80, blank=True)
    family = models.CharField(max_length=80, blank=True)
    firm = models.ForeignKey(Firm, on_delete=models.SET_NULL, null=True, related_name="parties")
    responsible = models.ForeignKey(
        Employee, on_delete=models.SET_NULL, null=True, related_name="parties"
    )
    shared_with = models.ManyToManyField(Employee, blank=True, related_name="shared_parties")
    born_at = models.DateTimeField(null=True, blank=True)
    remark = models.TextField(blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = CurrentParties()
    with_archive = models.Manager()  # noqa: DJ012  the rule takes it for a field

    class Meta:
        verbose_name_plural = "parties"

    def __str__(self) -> str:
        return f"{self.given} {self.family}".strip()


class Label(models.Model):
    code = models.CharField(max_length=20, primary_key=True)

    def __str__(self) -> str:
        return self.code


class PartyPhone(models.Model):
    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="phones")
    label = models.ForeignKey(Label, on_delete=models.PROTECT)
    number = models.CharField(max_length=40)
    rank = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("rank", "pk")

    def __str__(self) -> str:
        return self.number


class PartyMail(models.Model):
    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="mails")
    address = models.EmailField()

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.address


class Viewing(models.Model):
    """A day and a time on the clocks of Dublin, and how long; no end, no zone, no status."""

    uid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    heading = models.CharField(max_length=120)
    on_day = models.DateField()
    from_time = models.TimeField(null=True, blank=True)
    length = models.PositiveIntegerField(default=60)
    address = models.CharField(max_length=200, blank=True)
    remark = models.TextField(blank=True)
    agent = models.ForeignKey(Employee, on_delete=models.CASCADE, related_name="viewings")
    repeats = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.heading


class ViewingChange(models.Model):
    """One date of a viewing that repeats: moved, or called off."""

    viewing = models.ForeignKey(Viewing, on_delete=models.CASCADE, related_name="changes")
    of_day = models.DateField()
    to_day = models.DateField(null=True, blank=True)
    to_time = models.TimeField(null=True, blank=True)
    to_length = models.PositiveIntegerField(null=True, blank=True)
    called_off = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.viewing} of {self.of_day}"


class Chore(models.Model):
    """What one or several employees have to do: done or not, on a day; the weight goes from 1."""

    uid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    what = models.CharField(max_length=120)
    remark = models.TextField(blank=True)
    by_day = models.DateField(null=True, blank=True)
    alarm = models.DateTimeField(null=True, blank=True)
    weight = models.PositiveSmallIntegerField(default=3)
    done = models.BooleanField(default=False)
    done_on = models.DateField(null=True, blank=True)
    assignees = models.ManyToManyField(Employee, related_name="chores")

    def __str__(self) -> str:
        return self.what
