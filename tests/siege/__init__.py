"""A whole box under attack while honest people use it.

Server, media process and portal run as they do on a box, each under the memory limit of its own unit. What a newcomer would
get wrong: everything is in one network namespace (`inside.sh`), so that attackers and honest people have addresses of their own and
nothing can leave the machine.
"""
