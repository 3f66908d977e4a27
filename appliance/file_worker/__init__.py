"""The worker process that reads what people send: pictures, sound, video.

It shares nothing with the server but one socket, and is given open files, never names. What a newcomer would get wrong: it
may die at any moment, by a file that somebody has made for that; whoever gave it the job goes on as if nothing had been.
"""
