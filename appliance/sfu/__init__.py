"""The media process: forwards packets between the people of a call and never decodes one."""
