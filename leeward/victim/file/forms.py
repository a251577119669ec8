"""What a person says on her pages about her file."""

from django import forms


class TakeOutForm(forms.Form):
    """Which message of hers is taken out, and whether she has said that she is sure."""

    message = forms.UUIDField(widget=forms.HiddenInput)
    sure = forms.BooleanField(required=False, widget=forms.HiddenInput)
