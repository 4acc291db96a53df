/**
 * The guest's half of Lodge: the agent that runs a command inside a guest, the initramfs that carries it, and the
 * bare-metal guests that tests boot.
 */
module dev.lodge.guest {
    requires static org.jspecify;
    requires com.github.luben.zstd_jni;
    requires org.tukaani.xz;

    exports dev.lodge.guest;
}
