/**
 * The shapes of shared memory that a Xen guest and its monitor agree on: addresses, frames, grants and rings.
 *
 * <p>Knows nothing of KVM, of threads or of any one device: each consumer brings its own memory and its own doorbell.
 */
module dev.lodge.rings {
    requires static org.jspecify;

    exports dev.lodge.rings;
}
