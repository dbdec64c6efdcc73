"""Contacts with the staff who may see them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Prefetch, QuerySet, Value
from django.db.models.functions import Coalesce, Lower, NullIf
from django.forms import BaseInlineFormSet, CheckboxSelectMultiple, ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agentbox_sync.admin import WhyPanelMixin
from agentbox_sync.contrib.reference_crm.models import (
    Contact,
    ContactAccess,
    ContactClass,
    Staff,
)

SEE_EVERYBODY = "agentbox_crm.see_everybody"

# A firm without a person stands among the names, not before them.
LISTED_AS = Lower(Coalesce(NullIf("last_name", Value("")), "company"))


@admin.register(ContactClass)
class ContactClassAdmin(admin.ModelAdmin):
    list_display = ["name", "special"]
    list_filter = ["special"]
    search_fields = ["name"]


class AccessFormSet(BaseInlineFormSet):
    def clean(self) -> None:
        super().clean()
        owners = [
            form
            for form in self.forms
            if form.cleaned_data
            and not form.cleaned_data.get("DELETE")
            and form.cleaned_data.get("level") == ContactAccess.Level.PRIMARY_OWNER
        ]
        if len(owners) > 1:
            raise ValidationError(
                _("A contact has one Primary Owner. Give the others Full Access.")
            )


class AccessInline(admin.TabularInline):
    model = ContactAccess
    formset = AccessFormSet
    extra = 0
    autocomplete_fields = ["staff"]


@admin.register(Contact)
class ContactAdmin(WhyPanelMixin, admin.ModelAdmin):
    """Agents see the contacts they have access to, and change those that are not View Only."""

    list_display = ["display_name", "company", "email", "mobile", "suburb", "owner"]
    list_filter = ["classes", ("access__staff", admin.RelatedOnlyFieldListFilter), "state"]
    list_per_page = 50
    ordering = [LISTED_AS, "first_name", "pk"]
    search_fields = ["first_name", "last_name", "company", "email", "email_2", "mobile", "suburb"]
    readonly_fields = ["created_at", "updated_at"]
    inlines = [AccessInline]
    fieldsets = [
        (None, {"fields": [("first_name", "last_name"), ("company", "job_title"), "classes"]}),
        (
            gettext_lazy("How to reach"),
            {
                "fields": [
                    ("email", "email_2"),
                    ("mobile", "phone_home", "phone_work"),
                    "website",
                ]
            },
        ),
        (
            gettext_lazy("Address"),
            {"fields": ["street", ("suburb", "state", "postcode"), "country"]},
        ),
        (gettext_lazy("More"), {"fields": ["birthday", "notes", ("created_at", "updated_at")]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Contact]:
        owners = ContactAccess.objects.filter(level=ContactAccess.Level.PRIMARY_OWNER)
        contacts = super().get_queryset(request)
        contacts = contacts.prefetch_related(
            Prefetch("access", owners.select_related("staff"), to_attr="owners")
        )
        if request.user.has_perm(SEE_EVERYBODY):
            return contacts
        own = ContactAccess.objects.filter(staff__user=request.user.pk)
        return contacts.filter(pk__in=own.values("contact"))

    def has_change_permission(self, request: HttpRequest, obj: Contact | None = None) -> bool:
        if not super().has_change_permission(request, obj):
            return False
        if obj is None or request.user.has_perm(SEE_EVERYBODY):
            return True
        may_change = [ContactAccess.Level.PRIMARY_OWNER, ContactAccess.Level.FULL_ACCESS]
        return obj.access.filter(staff__user=request.user.pk, level__in=may_change).exists()

    def save_related(
        self, request: HttpRequest, form: ModelForm, formsets: list[Any], change: bool
    ) -> None:
        super().save_related(request, form, formsets, change)
        if change or form.instance.access.exists():
            return
        # Whoever writes a new contact down owns it; otherwise an agent could not see it again.
        author = Staff.objects.filter(user=request.user.pk).first()
        if author is not None:
            form.instance.access.create(staff=author, level=ContactAccess.Level.PRIMARY_OWNER)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "classes":
            kwargs["widget"] = CheckboxSelectMultiple()
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    @admin.display(description=gettext_lazy("name"), ordering=LISTED_AS)
    def display_name(self, contact: Contact) -> str:
        return str(contact)

    @admin.display(description=gettext_lazy("primary owner"))
    def owner(self, contact: Contact) -> str:
        return ", ".join(str(access.staff) for access in contact.owners)
