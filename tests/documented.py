"""What the public API documents: which keys each body may have (October 2026, github.com/discord/discord-api-docs).

Facts alone, in no words of theirs: what a route is, and what its fields are called. Fields of uploads (`files[n]`,
`payload_json`) are not here; forms have tests of their own.
"""

_MESSAGE = "content embeds allowed_mentions components attachments flags"
_CHANNEL = """
    name type topic position parent_id permission_overwrites rate_limit_per_user user_limit bitrate nsfw rtc_region
    video_quality_mode flags default_auto_archive_duration default_thread_rate_limit_per_user available_tags
    default_reaction_emoji default_sort_order default_forum_layout
"""
_ROLE = "name permissions color colors hoist icon unicode_emoji mentionable"
_OVERWRITE = "type allow deny"

REQUESTS: dict[str, str] = {
    "NewMessage": f"{_MESSAGE} nonce enforce_nonce tts message_reference sticker_ids poll shared_client_theme",
    "MessageEdit": _MESSAGE,
    "MessageReference": "type message_id channel_id guild_id fail_if_not_exists",
    "AllowedMentions": "parse roles users replied_user",
    "BulkDelete": "messages",
    "RoleEdit": _ROLE,
    "RoleColorsEdit": "primary_color secondary_color tertiary_color",
    "RolePlace": "id position",
    "MemberEdit": "nick roles mute deaf channel_id communication_disabled_until flags",
    "NickEdit": "nick avatar banner bio",
    "ProfileEdit": "username avatar banner",
    "GuildEdit": """
        name region verification_level default_message_notifications explicit_content_filter afk_channel_id afk_timeout
        icon splash discovery_splash banner system_channel_id system_channel_flags rules_channel_id
        public_updates_channel_id preferred_locale features description premium_progress_bar_enabled
        safety_alerts_channel_id
    """,
    "NewGuild": """
        name region icon verification_level default_message_notifications explicit_content_filter roles channels
        afk_channel_id afk_timeout system_channel_id system_channel_flags
    """,
    "NewChannel": _CHANNEL,
    "ChannelEdit": _CHANNEL,
    "ChannelPlace": "id position lock_permissions parent_id flags",
    "NewOverwrite": f"id {_OVERWRITE}",
    "OverwriteEdit": _OVERWRITE,
    "NewInvite": "max_age max_uses temporary unique target_type target_user_id target_application_id role_ids",
}
"""The fields of each body, by the name of our Struct for it."""
