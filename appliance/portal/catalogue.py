"""Every sentence of the portal, in every language it speaks: a language that lacks one does not pass the type check.

`{network}` and the like stand for what is filled in, escaped, when a page is made.
"""

import msgspec

from appliance.portal.model import Failure


class Catalogue(msgspec.Struct, frozen=True, kw_only=True):
    """One language."""

    own_name: str
    countries: dict[str, str]
    setup: str
    step: str
    go_on: str
    back: str
    welcome: str
    welcome_lead: str
    language: str
    country: str
    country_hint: str
    wifi: str
    wifi_lead: str
    nearby: str
    nothing_near: str
    another: str
    another_hint: str
    network_name: str
    locked: str
    newest_lock: str
    free: str
    company: str
    too_old: str
    strong: str
    fair: str
    weak: str
    ghz: str
    wifi_password: str
    wifi_password_hint: str
    wifi_password_hint_again: str
    look_again: str
    use_cable: str
    try_again: str
    without_internet: str
    not_joined: str
    failures: dict[Failure, tuple[str, str]]
    household: str
    household_lead: str
    household_label: str
    household_hint: str
    you: str
    you_lead: str
    your_name: str
    your_name_hint: str
    your_password: str
    your_password_hint: str
    make_account: str
    joining: str
    joining_lead: str
    joining_away: str
    joining_here: str
    looking: str
    looking_lead: str
    done: str
    ready: str
    handover_lead: str
    handover_cable: str
    phone_back: str
    phone_back_hint: str
    open_home: str
    or_name: str
    qr: str
    other_phone: str
    other_phone_hint: str
    other_phone_cable: str
    keep: str
    finish: str
    finished: str
    finished_lead: str
    cable: str
    cable_lead: str
    cable_wait: str
    cable_in: str
    code_title: str
    code_lead: str
    code_label: str
    code_hint: str
    code_wrong: str
    code_wait: str
    elsewhere: str
    elsewhere_lead: str
    something_else: str
    something_else_lead: str
    stay: str
    stay_hint: str
    forgotten: str
    forgotten_hint: str
    forgotten_lead: str
    rescued_name: str
    rescued_name_hint: str
    new_password: str
    renew: str
    renewed: str
    renewed_lead: str
    rescue_again: str
    start_over: str
    start_over_hint: str
    start_over_lead: str
    forget_network: str
    forget_network_hint: str
    forget_all: str
    forget_all_hint: str
    resetting: str
    resetting_lead: str
    error_network: str
    error_name: str
    error_password_short: str
    error_password_long: str
    error_password_missing: str
    error_country: str
    error_storage: str
    # By the error's key, or by field; what is in neither is said as it is.
    field_errors: dict[str, str]
