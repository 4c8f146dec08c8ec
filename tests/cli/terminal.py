"""Runs a command at a terminal, types once a text was shown, prints all that was shown, ends as it ended."""

import fcntl, os, pty, signal, struct, sys, termios

awaited, typed, *command = (os.fsencode(word) for word in sys.argv[1:])
typed = typed.decode("unicode_escape").encode()
process, terminal = pty.fork()
if process == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 100, 0, 0))
    os.execv(command[0], command)
signal.alarm(60)  # A command that hangs is a failed test.
shown = b""
while True:
    try:
        chunk = os.read(terminal, 65536)
    except OSError:  # Linux's way of saying that the other side is closed.
        break
    if not chunk:
        break
    shown += chunk
    if typed and awaited in shown:
        os.write(terminal, typed)
        typed = b""
sys.stdout.buffer.write(shown.replace(b"\r\n", b"\n"))
sys.exit(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]))
