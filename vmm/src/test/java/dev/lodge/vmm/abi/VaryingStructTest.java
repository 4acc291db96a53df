package dev.lodge.vmm.abi;

import static dev.lodge.vmm.abi.GuestWidth.BITS_32;
import static dev.lodge.vmm.abi.GuestWidth.BITS_64;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Conformance of what 32-bit guests lay out in another way to Xen's public headers, as a C compiler for either reads them. */
class VaryingStructTest {

    private record Known(VaryingStruct struct, String type, List<String> members) {
        Known(VaryingStruct struct, String type, String... members) {
            this(struct, type, List.of(members));
        }
    }

    private static final List<Known> ALL = List.of(
            new Known(
                    MemoryAbi.xen_memory_reservation,
                    "struct xen_memory_reservation",
                    "extent_start",
                    "nr_extents",
                    "extent_order",
                    "mem_flags",
                    "domid"),
            new Known(
                    MemoryAbi.xen_memory_exchange,
                    "struct xen_memory_exchange",
                    "in.extent_start",
                    "out.extent_start",
                    "out.domid",
                    "nr_exchanged"),
            new Known(
                    MemoryAbi.xen_add_to_physmap, "struct xen_add_to_physmap", "domid", "size", "space", "idx", "gpfn"),
            new Known(
                    MemoryAbi.xen_add_to_physmap_batch,
                    "struct xen_add_to_physmap_batch",
                    "domid",
                    "space",
                    "size",
                    "u",
                    "idxs",
                    "gpfns",
                    "errs"),
            new Known(MemoryAbi.xen_remove_from_physmap, "struct xen_remove_from_physmap", "domid", "gpfn"),
            new Known(MemoryAbi.xen_memory_map, "struct xen_memory_map", "nr_entries", "buffer"),
            new Known(
                    GrantTableAbi.gnttab_copy,
                    "struct gnttab_copy",
                    "source.u",
                    "source.domid",
                    "source.offset",
                    "dest.u",
                    "dest.domid",
                    "dest.offset",
                    "len",
                    "flags",
                    "status"),
            new Known(
                    GrantTableAbi.gnttab_setup_table,
                    "struct gnttab_setup_table",
                    "dom",
                    "nr_frames",
                    "status",
                    "frame_list"),
            new Known(SchedAbi.sched_poll, "struct sched_poll", "ports", "nr_ports", "timeout"),
            new Known(VcpuAbi.vcpu_set_singleshot_timer, "struct vcpu_set_singleshot_timer", "timeout_abs_ns", "flags"),
            new Known(
                    RunstateInfo.vcpu_runstate_info,
                    "struct vcpu_runstate_info",
                    "state",
                    "state_entry_time",
                    "time",
                    "time[3]"));

    /** Of one form for all, though they hold 64-bit numbers, whose alignment differs. */
    private static final Map<String, Integer> THE_SAME = Map.of(
            "struct gnttab_map_grant_ref", GrantTableAbi.SIZEOF_map_grant_ref,
            "struct gnttab_unmap_grant_ref", GrantTableAbi.SIZEOF_unmap_grant_ref,
            "struct evtchn_init_control", EventChannelAbi.SIZEOF_init_control,
            "struct evtchn_status", EventChannelAbi.SIZEOF_status,
            "struct vcpu_register_vcpu_info", VcpuAbi.SIZEOF_register_vcpu_info,
            "struct xen_hvm_param", HvmAbi.SIZEOF_param,
            "struct xen_hvm_get_mem_type", HvmAbi.SIZEOF_get_mem_type,
            "struct vcpu_hvm_context", HvmVcpuAbi.SIZEOF_context,
            "struct vcpu_time_info", VcpuInfo.SIZEOF_time,
            "struct vcpu_info", VcpuInfo.SIZE);

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path directory;

    @Test
    void everyStructureIsOfTheHeadersFormForBothWidths() throws Exception {
        XenHeaders.assumeInstalled();
        List<String> expressions = new ArrayList<>();
        for (Known known : ALL) {
            expressions.add(sizeOf(known.type()));
            for (String member : known.members()) {
                expressions.add(offsetOf(known.type(), member));
            }
        }
        Map<String, Long> wide = XenHeaders.valuesOf(expressions, directory);
        Map<String, Long> narrow = XenHeaders.valuesOf(BITS_32, expressions, directory);
        for (Known known : ALL) {
            assertEquals(wide.get(sizeOf(known.type())), known.struct().size(BITS_64), known.type());
            assertEquals(narrow.get(sizeOf(known.type())), known.struct().size(BITS_32), known.type());
            for (String member : known.members()) {
                String offset = offsetOf(known.type(), member);
                int wideOffset = Objects.requireNonNull(wide.get(offset)).intValue();
                assertEquals(narrow.get(offset), known.struct().offset(BITS_32, wideOffset), offset);
                assertEquals(wideOffset, known.struct().offset(BITS_64, wideOffset), offset);
            }
        }
    }

    @Test
    void whatHasOneFormForAllHasIt() throws Exception {
        XenHeaders.assumeInstalled();
        List<String> expressions =
                THE_SAME.keySet().stream().map(VaryingStructTest::sizeOf).toList();
        Map<String, Long> narrow = XenHeaders.valuesOf(BITS_32, expressions, directory);
        THE_SAME.forEach((type, size) -> assertEquals(size.longValue(), narrow.get(sizeOf(type)), type));
    }

    @Test
    void sharedInfoIsWhereTheHeadersHaveIt() throws Exception {
        XenHeaders.assumeInstalled();
        String mask = "offsetof(struct shared_info, evtchn_mask)";
        String clock = "offsetof(struct shared_info, wc_version)";
        String selector = "offsetof(struct vcpu_info, evtchn_pending_sel)";
        String ports = "EVTCHN_2L_NR_CHANNELS";
        String bits = "8 * sizeof(unsigned long)";
        for (GuestWidth width : GuestWidth.values()) {
            String high = "offsetof(struct shared_info, " + (width == BITS_64 ? "wc_sec_hi)" : "arch.wc_sec_hi)");
            List<String> expressions = List.of(mask, clock, high, selector, ports, bits);
            Map<String, Long> values = XenHeaders.valuesOf(width, expressions, directory);
            assertEquals(values.get(mask), width.evtchnMask(), "evtchn_mask of " + width);
            assertEquals(values.get(clock), width.wallClock(), "wc_version of " + width);
            assertEquals(values.get(high), width.wallClockHigh(), "wc_sec_hi of " + width);
            assertEquals(values.get(selector), width.pendingSelector(), "evtchn_pending_sel of " + width);
            assertEquals(values.get(ports), width.ports(), "ports of " + width);
            assertEquals(values.get(bits), width.bits(), "bits of " + width);
        }
    }

    @Test
    void aBlockRequestOfA32BitGuestIsThatOfA64BitOneWithoutThePaddingBeforeTheId() throws Exception {
        XenHeaders.assumeInstalled();
        List<String> after = List.of(
                "offsetof(struct blkif_request, id)",
                "offsetof(struct blkif_request, sector_number)",
                "offsetof(struct blkif_request, seg)",
                "offsetof(struct blkif_request_discard, id)",
                "offsetof(struct blkif_request_discard, sector_number)",
                "offsetof(struct blkif_request_discard, nr_sectors)",
                "offsetof(struct blkif_request_indirect, id)",
                "offsetof(struct blkif_request_indirect, sector_number)",
                "offsetof(struct blkif_request_indirect, handle)",
                "offsetof(struct blkif_request_indirect, indirect_grefs)",
                "sizeof(struct blkif_request)");
        Map<String, Long> wide = XenHeaders.valuesOf(after, directory);
        Map<String, Long> narrow = XenHeaders.valuesOf(BITS_32, after, directory);
        for (String expression : after) {
            long wideOffset = Objects.requireNonNull(wide.get(expression));
            assertEquals(wideOffset - BlkifAbi.request_padding, narrow.get(expression), expression);
        }
        String status = "offsetof(struct blkif_response, status)";
        assertEquals(
                BlkifAbi.response_status,
                XenHeaders.valuesOf(BITS_32, List.of(status), directory).get(status),
                status);
    }

    @Test
    void wideningAndNarrowingAreEachOthersInverse() {
        for (Known known : ALL) {
            MemorySegment place = Arena.ofAuto().allocate(128, 8);
            int wideSize = known.struct().size(BITS_64);
            for (int i = 0; i < wideSize; i++) {
                place.set(ValueLayout.JAVA_BYTE, i, (byte) (0x81 + i));
            }
            known.struct().narrow(place); // what is in padding or does not fit into 32 bits is lost here
            known.struct().widen(place);
            MemorySegment once = Arena.ofAuto().allocate(128, 8).copyFrom(place);
            known.struct().narrow(place);
            known.struct().widen(place);
            assertEquals(-1, once.asSlice(0, wideSize).mismatch(place.asSlice(0, wideSize)), known.type());
        }
    }

    @Test
    void numbersAreWidenedWithoutASign() {
        MemorySegment place = Arena.ofAuto().allocate(64, 8);
        place.set(ValueLayout.JAVA_INT, 0, 0xffff_f000);
        place.set(ValueLayout.JAVA_INT, 4, -1);
        place.set(ValueLayout.JAVA_LONG, 8, -2);
        SchedAbi.sched_poll.widen(place);
        assertEquals(0xffff_f000L, place.get(ValueLayout.JAVA_LONG, 0));
        assertEquals(-1, place.get(ValueLayout.JAVA_INT, 8));
        assertEquals(-2, place.get(ValueLayout.JAVA_LONG, 16));
    }

    @Test
    void whereNoMemberIsThereIsNoOffset() {
        assertThrows(IllegalArgumentException.class, () -> SchedAbi.sched_poll.offset(BITS_32, 4));
    }

    private static String sizeOf(String type) {
        return "sizeof(" + type + ")";
    }

    private static String offsetOf(String type, String member) {
        return "offsetof(" + type + ", " + member + ")";
    }
}
