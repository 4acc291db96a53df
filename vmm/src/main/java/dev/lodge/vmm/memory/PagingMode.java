package dev.lodge.vmm.memory;

/**
 * The control registers of a vCPU that say how it translates addresses, as they were at its last exit.
 *
 * <p>Used by the thread that runs the vCPU, between its exits.
 */
public interface PagingMode {

    long cr0();

    long cr3();

    long cr4();

    long efer();
}
