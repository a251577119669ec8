"""A network that reaches nothing, in which a browser can run and every packet that leaves it is seen.

The network is a namespace of the kernel's, made by a process that this file starts from itself: it lays the cable,
opens the sockets at its far end and hands them over. So the resolver, the recorder and the page's server run in the
test, and only the browser runs inside. The addresses are those kept for documentation: a browser takes them for the
internet.
"""

import contextlib
import ctypes
import os
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Self

BROWSER = "198.51.100.1"
PAGE_NAME = "page.example"
PAGE = "198.51.100.2"
"""Where the page's own server listens, on port 443."""

RESOLVER = "198.51.100.53"

ELSEWHERE = "198.51.100.66"
"""What every name under PLANTED leads to: it is there, and refuses every connection."""

PLANTED = "planted.example"
"""Names under this one are asked for by the tests alone; there are no others, so that a browser's own lead nowhere."""

DRIVER_PORT = 9222
"""On which a browser inside listens to its driver, inside as well."""

EVERY_PROTOCOL, SOL_PACKET, PACKET_STATISTICS, ATTACH_FILTER, BUFFER_BEYOND_LIMIT = 3, 263, 6, 26, 33
"""Of Linux's if_ether.h, socket.h, if_packet.h and socket.h again."""

# In the kernel's own small language (linux/filter.h): code, steps to go on where equal and where not, value. It passes
# all that is on its way out, once, but for the connections to the page: they are many, and a reader might fall behind.
LOAD_WORD, LOAD_HALF, LOAD_BYTE, LOAD_HEADER_LENGTH, LOAD_PORT, IS, RETURN = 0x20, 0x28, 0x30, 0xB1, 0x48, 0x15, 0x06
DIRECTION, PROTOCOL = 0xFFFFF004, 0xFFFFF000
FILTER = [
    (LOAD_WORD, 0, 0, DIRECTION),
    (IS, 0, 14, socket.PACKET_OUTGOING),
    (LOAD_HALF, 0, 0, PROTOCOL),
    (IS, 0, 11, 0x0800),
    (LOAD_BYTE, 0, 0, 9),
    (IS, 0, 9, socket.IPPROTO_TCP),
    (LOAD_HEADER_LENGTH, 0, 0, 0),
    (LOAD_WORD, 0, 0, 16),
    (IS, 0, 2, int(ip_address(PAGE))),
    (LOAD_PORT, 0, 0, 2),
    (IS, 5, 0, 443),
    (LOAD_WORD, 0, 0, 12),
    (IS, 0, 2, int(ip_address(PAGE))),
    (LOAD_PORT, 0, 0, 0),
    (IS, 1, 0, 443),
    (RETURN, 0, 0, 0xFFFF),
    (RETURN, 0, 0, 0),
]

ROOM_BYTES = 64 * 1024 * 1024
"""For packets that wait for the recorder's reader: a busy machine may not let it run for seconds."""

PATIENCE_SECONDS = 60
"""How long a test waits for a packet that must come: a bound, not a measure."""

PROTOCOLS = {1: "ICMP", 2: "IGMP", 6: "TCP", 17: "UDP", 58: "ICMPv6"}
WITH_PORTS = {6, 17}
KERNELS_OWN = {"ICMP": {3}, "ICMPv6": {1, *range(130, 137), 143}}
"""Types of messages that the kernel sends by itself: "not reachable", and its care for neighbours and groups."""

ADDRESS_QUESTION, ANSWERED, NO_SUCH_NAME = 1, 0x8180, 0x8183
"""Of the name system (RFC 1035): a type of question, and two answers of a resolver."""


class NetworkRefusedError(Exception):
    """This machine lets us make no network of our own."""


@dataclass(frozen=True)
class Packet:
    """One packet on its way out of the browser, or to it."""

    protocol: str
    source: tuple[str, int]
    target: tuple[str, int]
    data: bytes

    @property
    def name(self) -> str | None:
        """The name that it asks for, where it is a question to a resolver."""
        if self.protocol != "UDP" or self.target[1] != 53:
            return None
        return read_name(self.data)[0].lower()

    @property
    def is_allowed(self) -> bool:
        """Whether it goes between the browser and our resolver or its driver; FILTER leaves out the page's own."""
        ends = {self.source, self.target}
        if self.protocol == "TCP":
            return ("127.0.0.1", DRIVER_PORT) in ends
        if self.protocol == "UDP":
            return (RESOLVER, 53) in ends
        return self.data[:1] != b"" and self.data[0] in KERNELS_OWN.get(self.protocol, set())


def read_name(message: bytes) -> tuple[str, int]:
    """The name of a DNS message's first question, and where its type stands."""
    at, labels = 12, []
    while at < len(message) and message[at]:
        labels.append(message[at + 1 : at + 1 + message[at]].decode("ascii", "replace"))
        at += 1 + message[at]
    return ".".join(labels), at + 1


def answer_question(message: bytes) -> bytes:
    """Planted names lead somewhere, so that connections to them can be seen as well."""
    name, at = read_name(message)
    question = message[12 : at + 4]
    address = PAGE if name.lower() == PAGE_NAME else ELSEWHERE if name.lower().endswith(f".{PLANTED}") else None
    if address is None:
        return message[:2] + struct.pack("!HHHHH", NO_SUCH_NAME, 1, 0, 0, 0) + question
    found = struct.unpack("!H", message[at : at + 2])[0] == ADDRESS_QUESTION
    record = struct.pack("!HHHIH4s", 0xC00C, 1, 1, 60, 4, ip_address(address).packed) if found else b""
    return message[:2] + struct.pack("!HHHHH", ANSWERED, 1, int(found), 0, 0) + question + record


def read_packet(content: bytes) -> Packet | None:
    """None for what carries no IP."""
    version = content[0] >> 4
    if version == 4:
        start, number, ends = (content[0] & 15) * 4, content[9], (content[12:16], content[16:20])
    elif version == 6:
        start, number, ends = 40, content[6], (content[8:24], content[24:40])
        if number == 0:  # options, before the reports of groups
            start, number = start + 8 * (content[41] + 1), content[40]
    else:
        return None
    ports = struct.unpack("!HH", content[start : start + 4]) if number in WITH_PORTS else (0, 0)
    if number == 17:
        start += 8
    source, target = (str(ip_address(end)) for end in ends)
    protocol = PROTOCOLS.get(number, str(number))
    return Packet(protocol, (source, ports[0]), (target, ports[1]), content[start:])


@dataclass
class Network:
    """The near side: what left the browser so far, and how to start one in there."""

    process: subprocess.Popen[bytes]
    parent: socket.socket
    recorder: socket.socket
    page: socket.socket
    resolver: socket.socket
    marker: socket.socket
    enter: list[str]
    packets: list[Packet] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)
    threads: list[threading.Thread] = field(default_factory=list)

    @classmethod
    def open(cls) -> Self:
        """As root, or as a user whom the kernel lets be root in a namespace of her own."""
        refusals = []
        for as_user in [False, True] if os.geteuid() == 0 else [True]:
            try:
                return cls.start(as_user=as_user)
            except NetworkRefusedError as error:
                refusals.append(str(error))
        raise NetworkRefusedError("; ".join(refusals))

    @classmethod
    def start(cls, *, as_user: bool) -> Self:
        parent, child = socket.socketpair()
        user = ["--user", "--map-root-user"] if as_user else []
        command = ["unshare", "--net", "--mount", *user, sys.executable, "-I", __file__, str(child.fileno())]
        process = subprocess.Popen(command, pass_fds=[child.fileno()], stderr=subprocess.PIPE)
        child.close()
        _, files, _, _ = socket.recv_fds(parent, 16, 4)
        if not files:
            parent.close()
            raise NetworkRefusedError(process.communicate()[1].decode().strip().replace("\n", " "))
        recorder, page, resolver, marker = (socket.socket(fileno=file) for file in files)
        join = ["--user", "--preserve-credentials"] if as_user else []
        enter = ["nsenter", "--target", str(process.pid), "--net", "--mount", *join]
        network = cls(process, parent, recorder, page, resolver, marker, enter)
        network.threads = [threading.Thread(target=work) for work in (network.record, network.resolve)]
        for thread in network.threads:
            thread.start()
        return network

    def record(self) -> None:
        """Until the packet that says "stop"."""
        while True:
            packet = read_packet(self.recorder.recv(1 << 16))
            if packet is None:
                continue
            with self.changed:
                self.packets.append(packet)
                self.changed.notify_all()
            if packet.data == b"stop":
                return

    def resolve(self) -> None:
        while True:
            message, sender = self.resolver.recvfrom(4096)
            if message == b"stop":
                return
            self.resolver.sendto(answer_question(message), sender)

    def wait_for(self, found: Callable[[list[Packet]], bool]) -> bool:
        """Until it is found among the packets; False where it never comes."""
        with self.changed:
            return self.changed.wait_for(lambda: found(self.packets), PATIENCE_SECONDS)

    def read(self) -> list[Packet]:
        """Everything that was sent until now, and nothing lost."""
        own = self.marker.getsockname()
        end = b"end of record %d" % len(self.packets)
        self.marker.sendto(end, own)
        assert self.wait_for(lambda packets: any(packet.data == end for packet in packets))
        _, dropped = struct.unpack("II", self.recorder.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8))
        assert dropped == 0, f"{dropped} packets were not seen"
        return [packet for packet in self.packets if packet.source != own]

    def close(self) -> None:
        for target in (self.marker.getsockname(), self.resolver.getsockname()):
            self.marker.sendto(b"stop", target)
        for thread in self.threads:
            thread.join()
        self.parent.close()
        self.process.communicate()
        for one in (self.recorder, self.page, self.resolver, self.marker):
            one.close()


def run(*command: str) -> None:
    subprocess.run(command, check=True)


def lay_cable() -> None:
    """What a browser sends to anywhere goes in at the near end of one cable, and nobody listens at the far end."""
    run("ip", "link", "set", "lo", "up")
    run("ip", "link", "add", "near", "arp", "off", "type", "veth", "peer", "name", "far")
    Path("/proc/sys/net/ipv6/conf/far/disable_ipv6").write_text("1")
    for address in (BROWSER, PAGE, RESOLVER, ELSEWHERE):  # the first is that from which programs inside send
        run("ip", "address", "add", f"{address}/24", "dev", "near")
    run("ip", "-6", "address", "add", "2001:db8::1/64", "dev", "near", "nodad")
    run("ip", "link", "set", "far", "up")
    run("ip", "link", "set", "near", "up")
    run("ip", "route", "add", "default", "dev", "near")
    run("ip", "-6", "route", "add", "default", "dev", "near")


def replace_file(path: str, content: str) -> None:
    """In this namespace only: programs in it ask our resolver for names, and no service of the machine."""
    with tempfile.NamedTemporaryFile("w", prefix="leeward-packets-") as file:
        file.write(content)
        file.flush()
        Path(file.name).chmod(0o644)
        run("mount", "--bind", file.name, os.path.realpath(path))


def bind(address: str, port: int, kind: socket.SocketKind) -> socket.socket:
    bound = socket.socket(socket.AF_INET, kind)
    bound.bind((address, port))
    return bound


def open_recorder() -> socket.socket:
    """Sees every packet that passes FILTER, from now on."""
    steps = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in FILTER))
    recorder = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(EVERY_PROTOCOL))
    program = struct.pack("HP", len(FILTER), ctypes.addressof(steps))
    recorder.setsockopt(socket.SOL_SOCKET, ATTACH_FILTER, program)
    recorder.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, ROOM_BYTES)  # as much of it as the machine allows
    with contextlib.suppress(PermissionError):  # who is root gets all of it
        recorder.setsockopt(socket.SOL_SOCKET, BUFFER_BEYOND_LIMIT, ROOM_BYTES)
    return recorder


def serve_far_side() -> None:
    """Inside: make the network, hand over its sockets, and stay until the test closes the line."""
    parent = socket.socket(fileno=int(sys.argv[1]))
    lay_cable()
    replace_file("/etc/resolv.conf", f"nameserver {RESOLVER}\n")
    replace_file("/etc/nsswitch.conf", "passwd: files\nhosts: files dns\n")
    page = bind(PAGE, 443, socket.SOCK_STREAM)
    page.listen(64)
    recorder = open_recorder()
    resolver = bind(RESOLVER, 53, socket.SOCK_DGRAM)
    marker = bind(RESOLVER, 0, socket.SOCK_DGRAM)
    socket.send_fds(parent, [b"ready"], [one.fileno() for one in (recorder, page, resolver, marker)])
    parent.recv(1)


if __name__ == "__main__":
    serve_far_side()
