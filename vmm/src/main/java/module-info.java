/**
 * The machine monitor: it builds domains, runs their virtual CPUs and answers what they ask of Xen.
 *
 * <p>Only {@code dev.lodge.vmm}, the embedding API, is for programs; the other packages are its rooms.
 */
module dev.lodge.vmm {
    requires static org.jspecify;
    requires transitive dev.lodge.kvm;
    requires dev.lodge.rings;
    requires dev.lodge.guest;
    requires jdk.net; // SO_PEERCRED
    requires org.slf4j;
    requires org.tukaani.xz;
    requires com.github.luben.zstd_jni;

    exports dev.lodge.vmm;
}
