package dev.lodge.cli;

import org.jspecify.annotations.Nullable;

/** The options of {@code lodge run}: one table for the parser and for the help. */
enum RunOption {
    KERNEL(
            "-k",
            "--kernel",
            "KERNEL",
            "The guest's kernel: a bzImage or a PVH vmlinux. Default: $LODGE_KERNEL, else the newest that 'make guest'"
                    + " has fetched, else the newest in /boot.",
            "lodge run -k /boot/vmlinuz-6.1.0-41-amd64 -- uname -r"),
    INITRD(
            null,
            "--initrd",
            "F",
            "A cpio archive whose files are the guest's root. Without a COMMAND its own /init runs, with the console as"
                    + " standard input and output.",
            "lodge run --initrd rootfs.cpio -- /usr/bin/python3 -V"),
    ROOT(
            null,
            "--root",
            "DIR",
            "A directory of this host, such as /, as the guest's root. What the guest writes to it is kept in the guest's"
                    + " memory. The kernel needs 9p, which Debian's cloud kernels lack.",
            "lodge run -k /boot/vmlinuz-6.1.0-41-amd64 --root / -- make check"),
    ROOT_DISK(
            null,
            "--root-disk",
            "FILE[,...]",
            "A disk image whose file system is the guest's root: its own or that of a partition, if ext4, xfs, btrfs, squashfs or"
                    + " erofs. It is /dev/xvda, and takes the words that --disk takes. Without a COMMAND the image's own"
                    + " /sbin/init runs, with the console as standard input and output.",
            "lodge run --root-disk debian.qcow2,overlay -- apt list --installed"),
    SHARE(
            null,
            "--share",
            "HOST:GUEST[:ro]",
            "Mount a directory of this host in the guest, read-only with ':ro'; may be given several times. The kernel needs"
                    + " 9p, which Debian's cloud kernels lack.",
            "lodge run -k /boot/vmlinuz-6.1.0-41-amd64 --share .:/src -- ls -l /src"),
    APPEND(
            null,
            "--append",
            "TEXT",
            "Words to add to the kernel's command line.",
            "lodge run --append 'mitigations=off' -- make check"),
    MEMORY(
            "-m",
            "--memory",
            "SIZE",
            "The guest's memory; MiB when no unit is given. Default: 256M.",
            "lodge run -m 1G -- make check"),
    CPUS("-c", "--cpus", "CPUS", "How many virtual CPUs, 1 to 64. Default: 1.", "lodge run -c 2 -- make -j2 check"),
    MAX_CPUS(
            null,
            "--max-cpus",
            "CPUS",
            "How many virtual CPUs the guest may have later: it takes them on line when xenstore says so (--xenstore)."
                    + " Default: as many as at first.",
            "lodge run -c 2 --max-cpus 4 --xenstore /tmp/xs -- sh"),
    DISK(
            null,
            "--disk",
            "FILE[,...]",
            "A disk, the first /dev/xvda, the next /dev/xvdb: a raw image, a block device or, to be read, a qcow2 image"
                    + " (by its name, or 'format=qcow2'). 'ro': only to be read;"
                    + " 'overlay': FILE stays as it is, and what is written is forgotten, or with 'overlay=F' kept in F;"
                    + " 'limit=50M': so many bytes a second (B, K, M, G or T), 'limit=1000iops': so many requests;"
                    + " 'persistent': persistent grants. As often as needed.",
            "lodge run --disk base.img,overlay --disk data.img,ro,limit=50M -- cat /proc/partitions"),
    NET(
            null,
            "--net",
            "NETWORK",
            "A network interface, of several if repeated: 'user', the host's network by way of passt, without any rights;"
                    + " 'tap=NAME', an interface of the host; 'switch=NAME', between the domains of one process, which here are one, so"
                    + " that two interfaces see each other and nobody else: it is for Java programs with several."
                    + " Then, each after a comma: mac=ADDRESS, limit=RATE (bytes a second that the guest may send: 500K,"
                    + " 10M; B, K, M, G or T), ip=ADDRESS/BITS and gw=ADDRESS (not with 'user'), rule=RULE, several of which are tried in their order. A RULE is"
                    + " accept, drop, reject or rate=RATE, then [in|out] [arp|ip4|ip6|tcp|udp|icmp] [from ADDRESS"
                    + " [port PORTS]] [to ADDRESS [port PORTS]].",
            "lodge run --net 'user,limit=10M,rule=reject out tcp to any port 25' -- wget -qO- http://10.0.2.2:8000"),
    PORT(
            "-p",
            "--port",
            "HOST:GUEST[/udp]",
            "Put a port of the guest behind one of the host; repeat for more. Brings the network 'user' if there is none.",
            "lodge run -p 8080:80 -- httpd -f -h /srv"),
    CONSOLE(
            null,
            "--console",
            "[hvcN=]WHERE",
            "Connect a console of the guest, /dev/hvc0 to /dev/hvc7: 'file:PATH', to which what the guest writes is appended;"
                    + " 'socket:PATH', a UNIX socket for one client at a time; 'exec:COMMAND', whose standard input and output it is;"
                    + " 'tty:DEVICE', a terminal, raw meanwhile; or 'none'. hvc0 is the kernel's console, hvc1 carries the COMMAND. Without"
                    + " hvcN: the lowest that is free. As often as needed.",
            "lodge run --console file:kernel.log --console hvc2=socket:/tmp/sh -- sh -c 'setsid sh </dev/hvc2 >/dev/hvc2 2>&1'"),
    TIMEOUT(
            null,
            "--timeout",
            "D",
            "End the guest after this time, with status 124; seconds when no unit is given.",
            "lodge run --timeout 5m -- make check"),
    HYPERCALLS(
            null,
            "--hypercalls",
            "PATH",
            "How hypercalls arrive: 'kvm', on a host whose KVM knows Xen, or 'patched', on any. Default: the first that is"
                    + " possible.",
            "lodge run --hypercalls patched -- true"),
    STATS(
            null,
            "--stats",
            "FILE",
            "Write counts of exits, hypercalls and events and a boot timeline to FILE, as JSON.",
            "lodge run --stats run.json -- true"),
    XENSTORE(
            null,
            "--xenstore",
            "SOCKET",
            "Offer xenstore at a UNIX socket of this name while the guest runs: Debian's xenstore-ls and its like use it"
                    + " when XENSTORED_PATH names it.",
            "lodge run --xenstore /tmp/xs -- sleep 60"),
    VERBOSE(
            "-v",
            "--verbose",
            null,
            "Show the kernel's console and Lodge's own log on standard error.",
            "lodge run -v -- dmesg"),
    FORCE(
            null,
            "--force",
            null,
            "Run even on a software KVM, which takes hours to boot a Linux.",
            "lodge run --force -k hello.elf"),
    HELP("-h", "--help", null, "Show this help.", "lodge run --help");

    final @Nullable String shortName;
    final String longName;
    final @Nullable String value;
    final String description;
    final String example;

    RunOption(@Nullable String shortName, String longName, @Nullable String value, String description, String example) {
        this.shortName = shortName;
        this.longName = longName;
        this.value = value;
        this.description = description;
        this.example = example;
    }

    boolean takesValue() {
        return value != null;
    }
}
