package dev.lodge.vmm.hypercall;

/** The handler of one hypercall. */
@FunctionalInterface
interface Hypercall {

    /**
     * Does what the guest asks.
     *
     * @return the hypercall's result; an error as {@code -XenErrno.E...}
     * @throws dev.lodge.vmm.abi.XenErrno likewise an error
     * @throws dev.lodge.rings.GuestFault if the guest broke the ABI beyond an answer
     */
    long call(Caller caller, long a1, long a2, long a3, long a4, long a5);
}
