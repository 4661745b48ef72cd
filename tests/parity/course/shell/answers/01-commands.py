# %% right: check_output cell="lines-of"
def lines_of(command):
    return subprocess.check_output(command, text=True).splitlines()


# %% right: Popen cell="lines-of"
def lines_of(command):
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
        lines = [line.rstrip("\n") for line in program.stdout]
    if program.returncode:
        raise subprocess.CalledProcessError(program.returncode, command)
    return lines


# %% wrong: nobody looks at the exit code cell="lines-of"
def lines_of(command):
    return subprocess.run(command, capture_output=True, text=True).stdout.splitlines()


# %% wrong: bytes cell="lines-of"
def lines_of(command):
    return subprocess.check_output(command).splitlines()


# %% wrong: words cell="lines-of"
def lines_of(command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()


# %% wrong: the exit code cell="lines-of"
import os


def lines_of(command):
    return os.system(" ".join(command))
