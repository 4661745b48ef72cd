# A socket of every family and type is made, and a connection to the outside tried with it.
# stock: not run: it reaches the instructor's machine
# split: full
# shared: as split

# %% extra after longest
import json
import socket

listeners = json.load(open("canaries.json"))["listeners"]
made = []
for family in range(46):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET):
        try:
            socket.socket(family, kind).close()
            made.append((family, kind))
        except OSError:
            pass
print(made)
for name, address in listeners.items():
    address = address.replace("@", "\0") if isinstance(address, str) else tuple(address)
    family = {"tcp6": socket.AF_INET6}.get(name, socket.AF_INET)
    family = socket.AF_UNIX if isinstance(address, str) else family
    kind = socket.SOCK_DGRAM if name == "udp" else socket.SOCK_STREAM
    try:
        with socket.socket(family, kind) as client:
            client.settimeout(0.2)
            client.connect(address)
            client.send(b"here I am")
            print("sent to", name)
    except OSError as why:
        print(name, why.strerror)
for host in ("192.0.2.1", "localhost", "example.com"):
    try:
        socket.create_connection((host, 80), timeout=0.2).close()
        print("ESCAPED: connected to", host)
    except OSError as why:
        print(host, why)
