package dev.lodge.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * Ethernet interfaces of this host whose other end is a file ({@code linux/if_tun.h}). One read or write is one frame, with a
 * {@link #HEADER_SIZE virtio-net header} before it.
 */
public final class TapDevice {
    /** Bytes of the header before each frame: {@code struct virtio_net_hdr} of {@code linux/virtio_net.h}. */
    public static final int HEADER_SIZE = 10;

    static final long TUNSETIFF = 0x4004_54caL;
    static final long TUNSETOFFLOAD = 0x4004_54d0L;
    static final int IFF_TAP = 0x0002;
    static final int IFF_NO_PI = 0x1000;
    static final int IFF_VNET_HDR = 0x4000;
    static final int TUN_F_CSUM = 0x01;
    static final int TUN_F_TSO4 = 0x02;
    static final int TUN_F_TSO6 = 0x04;
    static final int TUN_F_TSO_ECN = 0x08;

    private static final String DEVICE = "/dev/net/tun";
    private static final int LONGEST_NAME = 15;

    private TapDevice() {}

    /** Whether an interface can have such a name: 1 to 15 bytes without slashes and blanks. */
    public static boolean isName(String name) {
        if (name.isEmpty() || name.length() > LONGEST_NAME || name.equals(".") || name.equals("..")) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c <= ' ' || c >= 127 || c == '/' || c == ':' || c == '%') {
                return false;
            }
        }
        return true;
    }

    /**
     * Attaches to an interface; one that is not there is made, if this process may.
     *
     * @param name one that {@link #isName}
     * @return the file, close-on-exec; reads and writes that cannot be done at once return {@code -EAGAIN}
     * @throws LinuxException naming the interface, with what to do
     */
    public static FileDescriptor open(String name) {
        if (!isName(name)) {
            throw new IllegalArgumentException("no interface is called '" + name + "'");
        }
        FileDescriptor device = FileDescriptor.open(DEVICE, OpenFlag.O_RDWR | OpenFlag.O_NONBLOCK);
        try {
            MemorySegment request = Syscall.current().zeroedScratch(ifreq.SIZEOF);
            byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < bytes.length; i++) {
                request.set(JAVA_BYTE, ifreq.ifr_name$offset + i, bytes[i]);
            }
            request.set(JAVA_SHORT, ifreq.ifr_flags$offset, (short) (IFF_TAP | IFF_NO_PI | IFF_VNET_HDR));
            attach(device, name, request);
            var _ = device.ioctl(
                    "TUNSETOFFLOAD of " + name, TUNSETOFFLOAD, TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_TSO_ECN);
            return device;
        } catch (RuntimeException refused) {
            device.close();
            throw refused;
        }
    }

    private static void attach(FileDescriptor device, String name, MemorySegment request) {
        long result = Syscall.current().ioctl(device.fd(), TUNSETIFF, request, ifreq.SIZEOF);
        if (result >= 0) {
            return;
        }
        int errno = (int) -result;
        throw new LinuxException(
                "TUNSETIFF " + name,
                errno,
                switch (errno) {
                    case Errno.EPERM ->
                        "let an administrator make it for you: ip tuntap add " + name + " mode tap user $USER";
                    case Errno.EBUSY -> "another process has it";
                    case Errno.EINVAL -> "it is there and is no tap interface, or one with several queues";
                    default -> "";
                });
    }
}
