/** The Linux kernel's own interface to virtual machines, and the few system calls a monitor needs besides. */
module dev.lodge.kvm {
    requires static org.jspecify;

    exports dev.lodge.kvm;
    exports dev.lodge.linux;
}
