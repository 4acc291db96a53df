package dev.lodge.vmm.hypercall;

import dev.lodge.rings.FrameNumber;
import dev.lodge.vmm.abi.GuestWidth;
import dev.lodge.vmm.event.EventChannels;
import dev.lodge.vmm.grant.GrantTable;
import dev.lodge.vmm.memory.GuestRam;
import dev.lodge.vmm.memory.Reservation;
import dev.lodge.vmm.time.SystemTime;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** What hypercalls need of the domain that makes them. Every method may be called by any of its vCPUs' threads. */
public interface GuestDomain {

    int domid();

    /** Whether there is a guest of that number at the moment. */
    boolean isDomain(int domid);

    int vcpuCount();

    /** A vCPU by its number, or null. */
    @Nullable
    VcpuControl vcpu(int number);

    /** What its vCPUs' control registers may hold. */
    ControlBits controlBits();

    GuestRam memory();

    /**
     * Makes sure that a frame where the guest wants one of Xen's to appear is memory, adding it to the domain if it is
     * not.
     *
     * @return whether it is
     */
    boolean addFrame(FrameNumber frame);

    EventChannels events();

    /** How wide the structures are that the guest shares with Xen. */
    GuestWidth width();

    /**
     * Has them be as wide as the code that asks for something that a kernel asks for at its start: Xen looks when the guest
     * wants a hypercall page or says how events interrupt it. Lodge looks, too, when it places shared_info, since where KVM
     * knows Xen it fills the page by itself.
     */
    void setWidth(GuestWidth width);

    /** The guest wants shared_info in this frame of its memory. */
    void placeSharedInfo(FrameNumber frame);

    GrantTable grants();

    /** The grant table of a guest, this one or another; null if there is none of that number. */
    @Nullable
    GrantTable grantsOf(int domid);

    SystemTime time();

    HvmParams params();

    /**
     * Has vCPUs without an upcall vector of their own interrupted for events by this one, past their local APICs: {@code
     * HVM_PARAM_CALLBACK_IRQ} of type vector.
     *
     * @param vector 0 for none
     */
    void setCallbackVector(int vector);

    /** The UUID, 16 bytes in the order of its text. */
    byte[] handle();

    /** Entries of {@link dev.lodge.vmm.abi.MemoryAbi#SIZEOF_e820_entry} bytes: the memory map that the domain started with. */
    byte[] memoryMap();

    /** Which frames of its RAM the domain has. */
    Reservation reservation();

    /**
     * Ends the domain: {@code SCHEDOP_shutdown}. The vCPUs stop at their next exit.
     *
     * @param reason {@code SHUTDOWN_*}, or another number of 8 bits, which is as good as a crash
     */
    void shutdown(int reason);

    /**
     * Has records of runstate flagged while they change, or no more: {@code VMASST_TYPE_runstate_update_flag}.
     *
     * @return false if the host cannot
     */
    boolean flagRunstates(boolean flagged);

    /** Whether they are. */
    boolean isRunstateFlagged();

    /** Whether the domain's vCPUs are to leave the guest for a while, so that none should sleep on its behalf. */
    boolean isPaused();

    /** The reason of which the next shutdown will be, whatever it says itself: {@code SCHEDOP_shutdown_code}. Once only. */
    void setShutdownCode(int reason);

    Watchdogs watchdogs();

    /** Whether the domain is ending, so that what takes long should not begin. */
    boolean isEnding();

    /** Text for the emergency console: {@code CONSOLEIO_write}. The bytes are valid during the call only. */
    void emergencyConsole(MemorySegment bytes);
}
