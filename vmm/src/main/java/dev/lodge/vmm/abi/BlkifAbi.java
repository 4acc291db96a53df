package dev.lodge.vmm.abi;

/** Block devices: {@code xen/include/public/io/blkif.h}, with its names, as a 64-bit x86 guest has it (protocol {@code x86_64-abi}). */
public final class BlkifAbi {

    public static final int BLKIF_OP_READ = 0;
    public static final int BLKIF_OP_WRITE = 1;
    public static final int BLKIF_OP_WRITE_BARRIER = 2;
    public static final int BLKIF_OP_FLUSH_DISKCACHE = 3;
    public static final int BLKIF_OP_DISCARD = 5;
    public static final int BLKIF_OP_INDIRECT = 6;

    public static final int BLKIF_RSP_OKAY = 0;
    public static final int BLKIF_RSP_ERROR = -1;
    public static final int BLKIF_RSP_EOPNOTSUPP = -2;

    public static final int BLKIF_MAX_SEGMENTS_PER_REQUEST = 11;
    public static final int BLKIF_MAX_INDIRECT_PAGES_PER_REQUEST = 8;

    public static final int VDISK_CDROM = 1;
    public static final int VDISK_REMOVABLE = 2;
    public static final int VDISK_READONLY = 4;

    // struct blkif_request; the larger of request and response, so also an entry's size
    public static final int SIZEOF_request = 112;

    /** What 64-bit guests have before a request's id, of any kind, and 32-bit guests ({@code x86_32-abi}) have not. */
    public static final int request_padding = 4;

    public static final int SIZEOF_request_32 = SIZEOF_request - request_padding;
    public static final int request_operation = 0;
    public static final int request_nr_segments = 1;
    public static final int request_handle = 2;
    public static final int request_id = 8;
    public static final int request_sector_number = 16;
    public static final int request_seg = 24;

    // struct blkif_request_segment
    public static final int SIZEOF_segment = 8;
    public static final int segment_gref = 0;
    public static final int segment_first_sect = 4;
    public static final int segment_last_sect = 5;

    // struct blkif_request_discard
    public static final int discard_flag = 1;
    public static final int discard_sector_number = 16;
    public static final int discard_nr_sectors = 24;

    // struct blkif_request_indirect
    public static final int indirect_indirect_op = 1;
    public static final int indirect_nr_segments = 2;
    public static final int indirect_id = 8;
    public static final int indirect_sector_number = 16;
    public static final int indirect_handle = 24;
    public static final int indirect_indirect_grefs = 28;

    // struct blkif_response
    public static final int SIZEOF_response = 16;
    public static final int response_id = 0;
    public static final int response_operation = 8;
    public static final int response_status = 10;

    private BlkifAbi() {}
}
