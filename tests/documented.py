"""What the public API documents: the keys of each object and each body (August 2026, github.com/discord/discord-api-docs).

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
    "NewAttachment": "id filename title description duration_secs waveform uploaded_filename is_spoiler",
    "MessageReference": "type message_id channel_id guild_id fail_if_not_exists",
    "AllowedMentions": "parse roles users replied_user",
    "BulkDelete": "messages",
    "RoleEdit": _ROLE,
    "RoleColorsEdit": "primary_color secondary_color tertiary_color",
    "RolePosition": "id position",
    "NewEmoji": "name image roles",
    "EmojiEdit": "name roles",
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
    "ChannelEdit": f"{_CHANNEL} archived auto_archive_duration locked invitable applied_tags",
    "NewThread": "name type auto_archive_duration rate_limit_per_user invitable applied_tags message",
    "NewThreadAtMessage": "name auto_archive_duration rate_limit_per_user",
    "ChannelPosition": "id position lock_permissions parent_id flags",
    "NewOverwrite": f"id {_OVERWRITE}",
    "OverwriteEdit": _OVERWRITE,
    "NewConversation": "recipient_id access_tokens nicks",
    "NewInvite": "max_age max_uses temporary unique target_type target_user_id target_application_id role_ids",
}
"""The fields of each body, by the name of our Struct for it."""


class Object:
    """The keys of an object: those that are `always` there, and those that are there only `sometimes`.

    `sometimes` are documented as optional, and have no value that means nothing: they are there when there is something to
    say, which for many of them is never yet. A key of a list or one that may be null is always there.
    """

    def __init__(self, always: str, sometimes: str = "") -> None:
        self.always = frozenset(always.split())
        self.sometimes = frozenset(sometimes.split())


_USER = """
    id username discriminator global_name avatar bot system banner accent_color flags public_flags avatar_decoration_data
    collectibles primary_guild
"""
_PRIVATE = "mfa_enabled locale verified email premium_type"
_MEMBER = """
    nick avatar banner roles joined_at premium_since deaf mute flags pending communication_disabled_until
    avatar_decoration_data collectibles
"""
_GUILD = """
    id name icon icon_hash splash discovery_splash owner_id region afk_channel_id afk_timeout widget_enabled
    widget_channel_id verification_level default_message_notifications explicit_content_filter roles emojis features
    mfa_level application_id system_channel_id system_channel_flags rules_channel_id max_presences max_members
    vanity_url_code description banner premium_tier premium_subscription_count preferred_locale
    public_updates_channel_id max_video_channel_users max_stage_video_channel_users nsfw_level stickers
    premium_progress_bar_enabled safety_alerts_channel_id incidents_data
"""
_GUILD_SOMETIMES = "owner permissions approximate_member_count approximate_presence_count welcome_screen"
_CHANNEL_OBJECT = "id type guild_id position permission_overwrites name nsfw parent_id flags "
# Of threads, of conversations, or told only to those who use a command.
_OTHER_CHANNELS = """
    recipients icon owner_id application_id managed message_count member_count thread_metadata member permissions
    app_permissions total_message_sent available_tags applied_tags default_reaction_emoji default_sort_order
    default_forum_layout
"""
_MESSAGE_OBJECT = """
    id channel_id author content timestamp edited_timestamp tts mention_everyone mentions mention_roles mention_channels
    attachments embeds pinned type flags components sticker_items message_snapshots
"""
_MESSAGE_SOMETIMES = """
    nonce webhook_id activity application application_id message_reference referenced_message interaction_metadata
    interaction thread stickers position role_subscription_data resolved poll call shared_client_theme
"""
_INVITE = "type code guild channel inviter approximate_member_count expires_at flags roles"
_INVITE_SOMETIMES = "target_type target_user target_application guild_scheduled_event"
_INVITE_METADATA = "uses max_uses max_age temporary created_at"
_VOICE_STATE = """
    guild_id channel_id user_id member session_id deaf mute self_deaf self_mute self_stream self_video suppress
    request_to_speak_timestamp
"""
_REACTED_DIRECTLY = "user_id channel_id message_id emoji burst type"
_REACTED = _REACTED_DIRECTLY + " guild_id"

OBJECTS = {
    "user": Object(_USER, _PRIVATE),
    "me": Object(_USER + _PRIVATE),
    "member": Object("user" + _MEMBER, "permissions"),
    "member of a message": Object(_MEMBER, "permissions"),
    "member event": Object("guild_id user" + _MEMBER, "permissions"),
    "member gone": Object("guild_id user"),
    "role": Object(
        "id name color colors hoist icon unicode_emoji position permissions managed mentionable tags flags"
    ),
    "role colors": Object("primary_color secondary_color tertiary_color"),
    "role event": Object("guild_id role"),
    "role gone": Object("guild_id role_id"),
    "guild": Object(_GUILD, _GUILD_SOMETIMES),
    "guild with counts": Object(
        _GUILD + "approximate_member_count approximate_presence_count", _GUILD_SOMETIMES
    ),
    "guild at once": Object(
        _GUILD
        + """
        joined_at large unavailable member_count voice_states members channels threads presences stage_instances
        guild_scheduled_events soundboard_sounds
        """,
        _GUILD_SOMETIMES,
    ),
    "guild stub": Object("id unavailable"),
    "guild gone": Object("id", "unavailable"),
    "own guild": Object(
        "id name icon banner owner permissions features",
        "approximate_member_count approximate_presence_count",
    ),
    "own guild with counts": Object(
        "id name icon banner owner permissions features approximate_member_count approximate_presence_count"
    ),
    "text channel": Object(
        _CHANNEL_OBJECT
        + """
        topic last_message_id last_pin_timestamp rate_limit_per_user default_auto_archive_duration
        default_thread_rate_limit_per_user
        """,
        _OTHER_CHANNELS + "bitrate user_limit rtc_region video_quality_mode",
    ),
    "voice channel": Object(
        _CHANNEL_OBJECT
        + "last_message_id rate_limit_per_user bitrate user_limit rtc_region video_quality_mode",
        _OTHER_CHANNELS
        + "topic last_pin_timestamp default_auto_archive_duration default_thread_rate_limit_per_user",
    ),
    "category": Object(
        _CHANNEL_OBJECT,
        _OTHER_CHANNELS
        + """
        topic last_message_id last_pin_timestamp rate_limit_per_user default_auto_archive_duration bitrate user_limit
        rtc_region video_quality_mode default_thread_rate_limit_per_user
        """,
    ),
    "thread": Object(
        """
        id type guild_id parent_id owner_id name last_message_id last_pin_timestamp message_count member_count
        total_message_sent rate_limit_per_user thread_metadata flags
        """,
        "member newly_created applied_tags",
    ),
    "thread metadata": Object(
        "archived auto_archive_duration archive_timestamp locked create_timestamp", "invitable"
    ),
    "thread member": Object("id user_id join_timestamp flags", "member"),
    "thread member event": Object("id user_id join_timestamp flags guild_id", "member"),
    "thread gone": Object("id guild_id parent_id type"),
    "thread members": Object("id guild_id member_count added_members removed_member_ids"),
    "added thread member": Object("id user_id join_timestamp flags member presence"),
    "threads shown": Object("guild_id channel_ids threads members"),
    "thread list": Object("threads members"),
    "thread page": Object("threads members has_more"),
    "direct message channel": Object("id type last_message_id recipients flags", "last_pin_timestamp"),
    "group channel": Object(
        "id type last_message_id recipients flags name icon owner_id",
        "last_pin_timestamp application_id managed",
    ),
    "recipient change": Object("channel_id user"),
    "overwrite": Object("id type allow deny"),
    "message": Object(_MESSAGE_OBJECT + "reactions", _MESSAGE_SOMETIMES),
    "message event": Object(_MESSAGE_OBJECT + "reactions guild_id member channel_type", _MESSAGE_SOMETIMES),
    "message edited": Object(
        _MESSAGE_OBJECT + "guild_id member channel_type", "reactions" + _MESSAGE_SOMETIMES
    ),
    "message event of a conversation": Object(_MESSAGE_OBJECT + "reactions channel_type", _MESSAGE_SOMETIMES),
    "message edited in a conversation": Object(
        _MESSAGE_OBJECT + "channel_type", "reactions" + _MESSAGE_SOMETIMES
    ),
    "message gone from a conversation": Object("id channel_id"),
    "message gone": Object("id channel_id guild_id"),
    "messages gone": Object("ids channel_id guild_id"),
    "message reference": Object("type message_id channel_id guild_id", "fail_if_not_exists"),
    "message reference in a conversation": Object("type message_id channel_id", "fail_if_not_exists"),
    "reaction": Object("count count_details me me_burst emoji burst_colors"),
    "reaction count": Object("burst normal"),
    "poll": Object("question answers expiry allow_multiselect layout_type", "results"),
    "poll media": Object("", "text emoji"),
    "poll answer": Object("answer_id poll_media"),
    "poll results": Object("is_finalized answer_counts"),
    "poll answer count": Object("id count me_voted"),
    "poll vote": Object("user_id channel_id message_id guild_id answer_id"),
    "poll vote in a conversation": Object("user_id channel_id message_id answer_id"),
    "embed": Object(
        "type",
        "title description url timestamp color footer image thumbnail video provider author fields",
    ),
    "embed footer": Object("text", "icon_url proxy_icon_url"),
    "embed media": Object("url", "proxy_url height width"),
    "embed author": Object("name", "url icon_url proxy_icon_url"),
    "embed field": Object("name value", "inline"),
    "emojis of a guild": Object("guild_id emojis"),
    "emoji of a guild": Object("id name roles require_colons managed animated available", "user"),
    "emoji": Object("id name animated", "roles user require_colons managed available"),
    "reaction added": Object(_REACTED + " member message_author_id burst_colors"),
    "reaction removed": Object(_REACTED),
    "reaction added in a conversation": Object(_REACTED_DIRECTLY + " message_author_id burst_colors"),
    "reaction removed in a conversation": Object(_REACTED_DIRECTLY),
    "reactions gone": Object("channel_id message_id guild_id"),
    "emoji gone": Object("channel_id message_id guild_id emoji"),
    "pins": Object("items has_more"),
    "pin": Object("pinned_at message"),
    "pins changed": Object("guild_id channel_id last_pin_timestamp"),
    "pins changed in a conversation": Object("channel_id last_pin_timestamp"),
    "invite": Object(_INVITE, _INVITE_SOMETIMES + " approximate_presence_count"),
    "invite seen": Object(_INVITE + " approximate_presence_count", _INVITE_SOMETIMES),
    "managed invite": Object(
        f"{_INVITE} {_INVITE_METADATA}", _INVITE_SOMETIMES + " approximate_presence_count"
    ),
    "invite guild": Object(
        """
        id name icon splash banner description features verification_level vanity_url_code nsfw_level premium_tier
        premium_subscription_count
        """
    ),
    "invite channel": Object("id name type"),
    "invite made": Object(
        f"channel_id code guild_id inviter expires_at role_ids {_INVITE_METADATA}",
        "target_type target_user target_application",
    ),
    "invite gone": Object("channel_id guild_id code"),
    "application": Object(
        """
        id name icon description summary bot_public bot_require_code_grant bot owner team guild_id verify_key cover_image
        flags flags_new approximate_guild_count approximate_user_install_count approximate_user_authorization_count
        terms_of_service_url privacy_policy_url interactions_endpoint_url role_connections_verification_url
        custom_install_url event_webhooks_url event_webhooks_status event_webhooks_types redirect_uris rpc_origins tags
        integration_types_config
        """,
        "guild primary_sku_id slug install_params",
    ),
    "application of ready": Object("id flags"),
    "ready": Object("v user guilds session_id resume_gateway_url application", "shard"),
    "hello": Object("heartbeat_interval"),
    "presence": Object("user guild_id status activities client_status"),
    "voice state": Object(_VOICE_STATE),
    "voice server": Object("token guild_id endpoint"),
    "typing": Object("channel_id guild_id user_id timestamp member"),
    "typing in a conversation": Object("channel_id user_id timestamp"),
    # Of Discord's own clients; its public API has no relationships.
    "relationship": Object("id type nickname user since"),
    "relationship gone": Object("id type"),
    "members chunk": Object("guild_id members chunk_index chunk_count not_found", "presences nonce"),
    "gateway": Object("url"),
    "gateway for bots": Object("url shards session_start_limit"),
    "session starts": Object("total remaining reset_after max_concurrency"),
}
"""Every object that we send, as the public API documents it where it stands."""
