package dev.lodge.vmm.backend.share.ninep;

/**
 * File systems that hold no files but the host's kernel: memory of processes, switches, logs that one waits for. Where one is
 * mounted beneath a shared directory, as {@code /proc} is beneath {@code /}, a client finds an empty directory, on which a guest
 * mounts its own. Numbers from {@code linux/magic.h} and, for configfs, autofs and fusectl, their sources.
 */
final class KernelFileSystems {
    private KernelFileSystems() {}

    /** Whether a file system of this kind is one. */
    static boolean isOne(int type) {
        return switch (type) {
            case 0x9fa0, // proc
                    0x62656572, // sysfs
                    0x64626720, // debugfs
                    0x74726163, // tracefs
                    0x27e0eb, // cgroup
                    0x63677270, // cgroup2
                    0x73636673, // securityfs
                    0xf97cff8c, // selinuxfs
                    0x43415d53, // smackfs
                    0x5a3c69f0, // apparmorfs
                    0xcafe4a11, // bpf
                    0x6165676c, // pstore
                    0xde5e81e4, // efivarfs
                    0x62656570, // configfs
                    0x65735543, // fusectl
                    0x42494e4d, // binfmt_misc
                    0x07655821, // resctrl
                    0xabba1974, // xenfs
                    0x6e736673, // nsfs
                    0x1cd1, // devpts
                    0x0187 -> // autofs
                true;
            default -> false;
        };
    }
}
