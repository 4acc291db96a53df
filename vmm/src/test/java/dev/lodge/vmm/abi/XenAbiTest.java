package dev.lodge.vmm.abi;

import static java.util.Map.entry;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Conformance to Xen's public headers, as the C compiler reads them. A new constant is compared without being named here. */
class XenAbiTest {

    private static final List<Class<?>> CLASSES = List.of(
            BlkifAbi.class,
            DomainIds.class,
            ElfNotes.class,
            EventChannelAbi.class,
            GrantTableAbi.class,
            HvmAbi.class,
            HvmVcpuAbi.class,
            HypercallNumber.class,
            MemoryAbi.class,
            SchedAbi.class,
            SharedInfo.class,
            StartInfo.class,
            VcpuAbi.class,
            VcpuInfo.class,
            VersionAbi.class,
            Virq.class,
            XenErrno.class);

    /** Not in these headers, or Lodge's own. */
    private static final Set<String> NOT_IN_HEADERS = Set.of(
            "DomainIds.DOMID_0",
            "EventChannelAbi.EVTCHNOP_reset_cont", // within Xen alone, but guests can ask for it
            "ElfNotes.LINUX_ELFNOTE_BUILD_SALT",
            "HypercallNumber.COUNT",
            "XenErrno.serialVersionUID",
            "MemoryAbi.SIZEOF_e820_entry");

    /** Constants whose name is not the C expression for them. */
    private static final Map<String, String> EXPRESSIONS = Map.ofEntries(
            entry("BlkifAbi.request_operation", "offsetof(struct blkif_request, operation)"),
            entry("BlkifAbi.request_nr_segments", "offsetof(struct blkif_request, nr_segments)"),
            entry("BlkifAbi.request_handle", "offsetof(struct blkif_request, handle)"),
            entry("BlkifAbi.request_id", "offsetof(struct blkif_request, id)"),
            entry("BlkifAbi.request_sector_number", "offsetof(struct blkif_request, sector_number)"),
            entry("BlkifAbi.request_seg", "offsetof(struct blkif_request, seg)"),
            entry("BlkifAbi.segment_gref", "offsetof(struct blkif_request_segment, gref)"),
            entry("BlkifAbi.segment_first_sect", "offsetof(struct blkif_request_segment, first_sect)"),
            entry("BlkifAbi.segment_last_sect", "offsetof(struct blkif_request_segment, last_sect)"),
            entry("BlkifAbi.discard_flag", "offsetof(struct blkif_request_discard, flag)"),
            entry("BlkifAbi.discard_sector_number", "offsetof(struct blkif_request_discard, sector_number)"),
            entry("BlkifAbi.discard_nr_sectors", "offsetof(struct blkif_request_discard, nr_sectors)"),
            entry("BlkifAbi.indirect_indirect_op", "offsetof(struct blkif_request_indirect, indirect_op)"),
            entry("BlkifAbi.indirect_nr_segments", "offsetof(struct blkif_request_indirect, nr_segments)"),
            entry("BlkifAbi.indirect_id", "offsetof(struct blkif_request_indirect, id)"),
            entry("BlkifAbi.indirect_sector_number", "offsetof(struct blkif_request_indirect, sector_number)"),
            entry("BlkifAbi.indirect_handle", "offsetof(struct blkif_request_indirect, handle)"),
            entry("BlkifAbi.indirect_indirect_grefs", "offsetof(struct blkif_request_indirect, indirect_grefs)"),
            entry("BlkifAbi.response_id", "offsetof(struct blkif_response, id)"),
            entry("BlkifAbi.response_operation", "offsetof(struct blkif_response, operation)"),
            entry("BlkifAbi.response_status", "offsetof(struct blkif_response, status)"),
            entry("BlkifAbi.SIZEOF_request", "sizeof(struct blkif_request)"),
            entry(
                    "BlkifAbi.SIZEOF_request_32",
                    "sizeof(struct blkif_request) - 4"), // VaryingStructTest asks a 32-bit compiler
            entry("BlkifAbi.request_padding", "offsetof(struct blkif_request, id) - 4"),
            entry("BlkifAbi.SIZEOF_segment", "sizeof(struct blkif_request_segment)"),
            entry("BlkifAbi.SIZEOF_response", "sizeof(struct blkif_response)"),
            entry("EventChannelAbi.SIZEOF_alloc_unbound", "sizeof(struct evtchn_alloc_unbound)"),
            entry("EventChannelAbi.SIZEOF_bind_interdomain", "sizeof(struct evtchn_bind_interdomain)"),
            entry("EventChannelAbi.SIZEOF_bind_virq", "sizeof(struct evtchn_bind_virq)"),
            entry("EventChannelAbi.SIZEOF_bind_ipi", "sizeof(struct evtchn_bind_ipi)"),
            entry("EventChannelAbi.SIZEOF_bind_vcpu", "sizeof(struct evtchn_bind_vcpu)"),
            entry("EventChannelAbi.SIZEOF_port", "sizeof(struct evtchn_send)"),
            entry("EventChannelAbi.SIZEOF_status", "sizeof(struct evtchn_status)"),
            entry("EventChannelAbi.SIZEOF_reset", "sizeof(struct evtchn_reset)"),
            entry("EventChannelAbi.SIZEOF_bind_pirq", "sizeof(struct evtchn_bind_pirq)"),
            entry("EventChannelAbi.SIZEOF_init_control", "sizeof(struct evtchn_init_control)"),
            entry("EventChannelAbi.SIZEOF_expand_array", "sizeof(struct evtchn_expand_array)"),
            entry("EventChannelAbi.SIZEOF_set_priority", "sizeof(struct evtchn_set_priority)"),
            entry("EventChannelAbi.SIZEOF_fifo_control_block", "sizeof(struct evtchn_fifo_control_block)"),
            entry("EventChannelAbi.fifo_control_block_ready", "offsetof(struct evtchn_fifo_control_block, ready)"),
            entry("EventChannelAbi.fifo_control_block_head", "offsetof(struct evtchn_fifo_control_block, head)"),
            entry("GrantTableAbi.SIZEOF_entry_v1", "sizeof(struct grant_entry_v1)"),
            entry("GrantTableAbi.SIZEOF_entry_v2", "sizeof(union grant_entry_v2)"),
            entry("GrantTableAbi.SIZEOF_status", "sizeof(grant_status_t)"),
            entry("GrantTableAbi.SIZEOF_map_grant_ref", "sizeof(struct gnttab_map_grant_ref)"),
            entry("GrantTableAbi.SIZEOF_unmap_grant_ref", "sizeof(struct gnttab_unmap_grant_ref)"),
            entry("GrantTableAbi.SIZEOF_swap_grant_ref", "sizeof(struct gnttab_swap_grant_ref)"),
            entry("GrantTableAbi.SIZEOF_query_size", "sizeof(struct gnttab_query_size)"),
            entry("GrantTableAbi.SIZEOF_set_version", "sizeof(struct gnttab_set_version)"),
            entry("GrantTableAbi.SIZEOF_get_version", "sizeof(struct gnttab_get_version)"),
            entry("HvmAbi.SIZEOF_param", "sizeof(struct xen_hvm_param)"),
            entry("HvmAbi.SIZEOF_evtchn_upcall_vector", "sizeof(struct xen_hvm_evtchn_upcall_vector)"),
            entry("HvmAbi.SIZEOF_get_mem_type", "sizeof(struct xen_hvm_get_mem_type)"),
            entry("HvmAbi.SIZEOF_pagetable_dying", "sizeof(struct xen_hvm_pagetable_dying)"),
            entry("HvmAbi.SIZEOF_xentrace", "4 + 7 * sizeof(uint32_t)"), // TRACE_EXTRA_MAX is another header's
            entry("SharedInfo.LEGACY_MAX_VCPUS", "XEN_LEGACY_MAX_VCPUS"),
            entry("StartInfo.SIZE", "sizeof(struct hvm_start_info)"),
            entry("StartInfo.SIZEOF_modlist_entry", "sizeof(struct hvm_modlist_entry)"),
            entry("StartInfo.SIZEOF_memmap_table_entry", "sizeof(struct hvm_memmap_table_entry)"),
            entry("StartInfo.modlist_paddr_of_module", "offsetof(struct hvm_modlist_entry, paddr)"),
            entry("StartInfo.modlist_size", "offsetof(struct hvm_modlist_entry, size)"),
            entry("StartInfo.modlist_cmdline_paddr", "offsetof(struct hvm_modlist_entry, cmdline_paddr)"),
            entry("StartInfo.modlist_reserved", "offsetof(struct hvm_modlist_entry, reserved)"),
            entry("StartInfo.memmap_addr", "offsetof(struct hvm_memmap_table_entry, addr)"),
            entry("StartInfo.memmap_size", "offsetof(struct hvm_memmap_table_entry, size)"),
            entry("StartInfo.memmap_type", "offsetof(struct hvm_memmap_table_entry, type)"),
            entry("StartInfo.memmap_reserved", "offsetof(struct hvm_memmap_table_entry, reserved)"),
            entry("HvmVcpuAbi.SIZEOF_context", "sizeof(struct vcpu_hvm_context)"),
            entry("HvmVcpuAbi.context_mode", "offsetof(struct vcpu_hvm_context, mode)"),
            entry("HvmVcpuAbi.context_pad", "offsetof(struct vcpu_hvm_context, pad)"),
            entry("VcpuAbi.SIZEOF_register_vcpu_info", "sizeof(struct vcpu_register_vcpu_info)"),
            entry("VcpuInfo.SIZE", "sizeof(struct vcpu_info)"),
            entry("VcpuInfo.SIZEOF_time", "sizeof(struct vcpu_time_info)"),
            entry("VcpuInfo.evtchn_upcall_pending", "offsetof(struct vcpu_info, evtchn_upcall_pending)"),
            entry("VcpuInfo.time", "offsetof(struct vcpu_info, time)"),
            entry("VersionAbi.SIZEOF_compile_info", "sizeof(struct xen_compile_info)"),
            entry("VersionAbi.XEN_COMMANDLINE_LEN", "sizeof(xen_commandline_t)"),
            entry("VersionAbi.SIZEOF_guest_handle", "sizeof(xen_domain_handle_t)"));

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path directory;

    @Test
    void everyConstantSizeAndOffsetIsTheHeaders() throws Exception {
        XenHeaders.assumeInstalled();
        List<Field> fields = new ArrayList<>();
        List<String> expressions = new ArrayList<>();
        for (Class<?> type : CLASSES) {
            for (Field field : type.getDeclaredFields()) {
                if (isConstant(field) && !NOT_IN_HEADERS.contains(nameOf(field))) {
                    fields.add(field);
                    expressions.add(expressionFor(field));
                }
            }
        }
        Map<String, Long> values = XenHeaders.valuesOf(expressions, directory);
        for (int i = 0; i < fields.size(); i++) {
            Long expected = values.get(expressions.get(i));
            assertEquals(
                    expected == null ? "missing" : Integer.toHexString(expected.intValue()),
                    Integer.toHexString(fields.get(i).getInt(null)),
                    nameOf(fields.get(i)) + " is " + expressions.get(i));
        }
        assertTrue(fields.size() > 190, fields.size() + " constants");
    }

    /** Offsets that handlers have as numbers, since each is used in one place. */
    @Test
    void theHandlersNumbersAreTheHeadersOffsets() throws IOException, InterruptedException {
        XenHeaders.assumeInstalled();
        Map<String, Long> expected = Map.ofEntries(
                entry("offsetof(struct evtchn_alloc_unbound, remote_dom)", 2L),
                entry("offsetof(struct evtchn_alloc_unbound, port)", 4L),
                entry("offsetof(struct evtchn_bind_interdomain, remote_port)", 4L),
                entry("offsetof(struct evtchn_bind_interdomain, local_port)", 8L),
                entry("offsetof(struct evtchn_bind_virq, vcpu)", 4L),
                entry("offsetof(struct evtchn_bind_virq, port)", 8L),
                entry("offsetof(struct evtchn_bind_ipi, port)", 4L),
                entry("offsetof(struct evtchn_bind_vcpu, vcpu)", 4L),
                entry("offsetof(struct evtchn_status, port)", 4L),
                entry("offsetof(struct evtchn_status, status)", 8L),
                entry("offsetof(struct evtchn_status, vcpu)", 12L),
                entry("offsetof(struct evtchn_status, u.unbound.dom)", 16L),
                entry("offsetof(struct evtchn_status, u.interdomain.dom)", 16L),
                entry("offsetof(struct evtchn_status, u.interdomain.port)", 20L),
                entry("offsetof(struct evtchn_status, u.virq)", 16L),
                entry("offsetof(struct evtchn_init_control, offset)", 8L),
                entry("offsetof(struct evtchn_init_control, vcpu)", 12L),
                entry("offsetof(struct evtchn_init_control, link_bits)", 16L),
                entry("offsetof(struct evtchn_set_priority, priority)", 4L),
                entry("offsetof(struct evtchn_bind_pirq, port)", 8L),
                entry("offsetof(struct evtchn_status, u.pirq)", 16L),
                entry("offsetof(struct gnttab_query_size, nr_frames)", 4L),
                entry("offsetof(struct gnttab_query_size, max_nr_frames)", 8L),
                entry("offsetof(struct gnttab_query_size, status)", 12L),
                entry("offsetof(struct gnttab_setup_table, nr_frames)", 4L),
                entry("offsetof(struct gnttab_setup_table, status)", 8L),
                entry("offsetof(struct gnttab_setup_table, frame_list)", 16L),
                entry("offsetof(struct gnttab_map_grant_ref, flags)", 8L),
                entry("offsetof(struct gnttab_map_grant_ref, dom)", 16L),
                entry("offsetof(struct gnttab_map_grant_ref, status)", 18L),
                entry("offsetof(struct gnttab_unmap_grant_ref, status)", 20L),
                entry("offsetof(struct gnttab_swap_grant_ref, ref_b)", 4L),
                entry("offsetof(struct gnttab_swap_grant_ref, status)", 8L),
                entry("offsetof(struct gnttab_copy, source.domid)", 8L),
                entry("offsetof(struct gnttab_copy, source.offset)", 10L),
                entry("offsetof(struct gnttab_copy, dest)", 16L),
                entry("offsetof(struct gnttab_copy, len)", 32L),
                entry("offsetof(struct gnttab_copy, flags)", 34L),
                entry("offsetof(struct gnttab_copy, status)", 36L),
                entry("offsetof(union grant_entry_v2, full_page.frame)", 8L),
                entry("offsetof(union grant_entry_v2, sub_page.page_off)", 4L),
                entry("offsetof(union grant_entry_v2, sub_page.length)", 6L),
                entry("offsetof(union grant_entry_v2, sub_page.frame)", 8L),
                entry("offsetof(union grant_entry_v2, transitive.trans_domid)", 4L),
                entry("offsetof(union grant_entry_v2, transitive.gref)", 8L),
                entry("offsetof(struct gnttab_get_version, version)", 4L),
                entry("offsetof(struct grant_entry_v1, domid)", 2L),
                entry("offsetof(struct grant_entry_v1, frame)", 4L),
                entry("offsetof(struct xen_hvm_param, index)", 4L),
                entry("offsetof(struct xen_hvm_param, value)", 8L),
                entry("offsetof(struct xen_hvm_evtchn_upcall_vector, vector)", 4L),
                entry("offsetof(struct xen_add_to_physmap, space)", 4L),
                entry("offsetof(struct xen_add_to_physmap, idx)", 8L),
                entry("offsetof(struct xen_add_to_physmap, gpfn)", 16L),
                entry("offsetof(struct xen_memory_map, buffer)", 8L),
                entry("offsetof(struct vcpu_register_vcpu_info, offset)", 8L),
                entry("offsetof(struct vcpu_set_singleshot_timer, flags)", 8L),
                entry("sizeof(struct vcpu_runstate_info)", 48L),
                entry("offsetof(struct vcpu_runstate_info, time)", 16L),
                entry("offsetof(struct xen_hvm_get_mem_type, mem_type)", 2L),
                entry("offsetof(struct xen_hvm_get_mem_type, pfn)", 8L),
                entry("sizeof(struct sched_remote_shutdown)", 8L),
                entry("sizeof(struct sched_watchdog)", 8L),
                entry("offsetof(struct sched_watchdog, timeout)", 4L),
                entry("sizeof(struct sched_poll)", 24L),
                entry("offsetof(struct sched_poll, nr_ports)", 8L),
                entry("offsetof(struct sched_poll, timeout)", 16L),
                entry("sizeof(struct multicall_entry)", 64L),
                entry("offsetof(struct multicall_entry, result)", 8L),
                entry("offsetof(struct multicall_entry, args)", 16L),
                entry("sizeof(struct xencons_interface)", 3088L),
                entry("offsetof(struct xencons_interface, out)", 1024L),
                entry("offsetof(struct xencons_interface, in_cons)", 3072L),
                entry("offsetof(struct xencons_interface, in_prod)", 3076L),
                entry("offsetof(struct xencons_interface, out_cons)", 3080L),
                entry("offsetof(struct xencons_interface, out_prod)", 3084L));
        Map<String, Long> values = XenHeaders.valuesOf(expected.keySet(), directory);
        expected.forEach((expression, value) -> assertEquals(value, values.get(expression), expression));
    }

    @Test
    void aHypercallIsNamedAsInTheHeaderAndAStrangeOneByItsNumber() {
        assertEquals("event_channel_op", HypercallNumber.name(32));
        assertEquals("hypercall_63", HypercallNumber.name(63));
        assertEquals("hypercall_64", HypercallNumber.name(64));
        assertEquals("hypercall_-1", HypercallNumber.name(-1));
    }

    @Test
    void fourVirqsBelongToAVcpuAndTheOthersToTheDomain() {
        for (int virq = 0; virq < Virq.NR_VIRQS; virq++) {
            assertEquals(Set.of(0, 1, 7, 13).contains(virq), Virq.isPerVcpu(virq), "VIRQ " + virq);
        }
        assertFalse(Virq.isPerVcpu(-1));
    }

    private static boolean isConstant(Field field) {
        Class<?> type = field.getType();
        boolean number = type == int.class || type == byte.class;
        return number && Modifier.isStatic(field.getModifiers()) && !Modifier.isPrivate(field.getModifiers());
    }

    private static String nameOf(Field field) {
        return field.getDeclaringClass().getSimpleName() + "." + field.getName();
    }

    private static String expressionFor(Field field) {
        String name = field.getName();
        String known = EXPRESSIONS.get(nameOf(field));
        if (known != null) {
            return known;
        }
        Class<?> type = field.getDeclaringClass();
        if (type == HvmVcpuAbi.class && name.startsWith("x86_")) {
            int member = "x86_32_".length();
            return "offsetof(struct vcpu_hvm_context, cpu_regs." + name.substring(0, member - 1) + "."
                    + name.substring(member) + ")";
        } else if (type == HypercallNumber.class) {
            return "__HYPERVISOR_" + name;
        } else if (type == XenErrno.class) {
            return "XEN_" + name;
        } else if (type == SharedInfo.class) {
            return "offsetof(struct shared_info, " + name + ")";
        } else if (type == StartInfo.class && !name.startsWith("XEN_")) {
            return "offsetof(struct hvm_start_info, " + name + ")";
        } else if (type == VcpuInfo.class && !name.startsWith("XEN_")) {
            return "offsetof(struct vcpu_time_info, " + name + ")";
        }
        return name;
    }
}
