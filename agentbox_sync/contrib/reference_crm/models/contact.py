"""Contacts, their classes, and which staff member may see which of them."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from .office import Staff


class ContactClass(models.Model):
    name = models.CharField(_("name"), max_length=80, unique=True)
    special = models.BooleanField(
        _("special"),
        default=False,
        help_text=_("A class of the office's own making, beside the standard ones."),
    )

    class Meta:
        verbose_name = _("contact class")
        verbose_name_plural = _("contact classes")
        ordering = ["special", "name"]

    def __str__(self) -> str:
        return self.name


class Contact(models.Model):
    first_name = models.CharField(_("first name"), max_length=80, blank=True)
    last_name = models.CharField(_("last name"), max_length=80, blank=True)
    company = models.CharField(_("company"), max_length=160, blank=True)
    job_title = models.CharField(_("job title"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    email_2 = models.EmailField(_("second e-mail"), blank=True)
    mobile = models.CharField(_("mobile"), max_length=40, blank=True)
    phone_home = models.CharField(_("home phone"), max_length=40, blank=True)
    phone_work = models.CharField(_("work phone"), max_length=40, blank=True)
    street = models.CharField(_("street"), max_length=200, blank=True)
    suburb = models.CharField(_("suburb"), max_length=80, blank=True)
    state = models.CharField(_("state"), max_length=40, blank=True)
    postcode = models.CharField(_("postcode"), max_length=12, blank=True)
    country = models.CharField(_("country"), max_length=80, blank=True)
    birthday = models.DateField(_("birthday"), null=True, blank=True)
    website = models.CharField(_("website"), max_length=200, blank=True)
    notes = models.TextField(_("notes"), blank=True)
    classes = models.ManyToManyField(
        ContactClass, verbose_name=_("classes"), blank=True, related_name="contacts"
    )
    staff = models.ManyToManyField(
        Staff,
        through="ContactAccess",
        verbose_name=_("staff with access"),
        related_name="contacts",
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("last changed"), auto_now=True)

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["last_name", "first_name", "pk"]
        indexes = [
            models.Index(fields=["last_name", "first_name"], name="crm_contact_name"),
            models.Index(fields=["updated_at"], name="crm_contact_updated"),
            models.Index(fields=["email"], name="crm_contact_email"),
        ]

    def __str__(self) -> str:
        return self.full_name or self.company or self.email or str(_("Contact without a name"))

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def clean(self) -> None:
        if not (self.first_name or self.last_name or self.company or self.email):
            raise ValidationError(
                _("Give the contact a name, a company or an e-mail address to be found by.")
            )


class ContactAccess(models.Model):
    class Level(models.TextChoices):
        PRIMARY_OWNER = "primary_owner", _("Primary Owner")
        FULL_ACCESS = "full_access", _("Full Access")
        VIEW_ONLY = "view_only", _("View Only")

    contact = models.ForeignKey(
        Contact, verbose_name=_("contact"), on_delete=models.CASCADE, related_name="access"
    )
    staff = models.ForeignKey(
        Staff,
        verbose_name=_("staff member"),
        on_delete=models.CASCADE,
        related_name="contact_access",
    )
    level = models.CharField(
        _("access"),
        max_length=20,
        choices=Level.choices,
        default=Level.PRIMARY_OWNER,
        help_text=_("Primary Owner and Full Access may change the contact, View Only may not."),
    )

    class Meta:
        verbose_name = _("access to a contact")
        verbose_name_plural = _("access to contacts")
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "staff"],
                name="crm_access_once",
                violation_error_message=_("This staff member already has access to the contact."),
            ),
            models.CheckConstraint(
                condition=models.Q(level__in=["primary_owner", "full_access", "view_only"]),
                name="crm_access_level_known",
            ),
        ]
        indexes = [models.Index(fields=["staff", "level"], name="crm_access_staff_level")]

    def __str__(self) -> str:
        return f"{self.staff}: {self.get_level_display()}"
