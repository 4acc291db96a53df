package dev.lodge.vmm.abi;

/** Network rings: {@code xen/include/public/io/netif.h}. */
public final class NetifAbi {

    /** Slots that a packet of any front end's may take. */
    public static final int XEN_NETIF_NR_SLOTS_MIN = 18;

    /** {@code struct netif_tx_request}, and a slot of the tx ring. */
    public static final int SIZEOF_tx_request = 12;

    public static final int tx_request_gref = 0;
    public static final int tx_request_offset = 4;
    public static final int tx_request_flags = 6;
    public static final int tx_request_id = 8;
    public static final int tx_request_size = 10;

    /** {@code struct netif_tx_response}. */
    public static final int SIZEOF_tx_response = 4;

    public static final int tx_response_id = 0;
    public static final int tx_response_status = 2;

    /** {@code struct netif_rx_request}, and a slot of the rx ring. */
    public static final int SIZEOF_rx_request = 8;

    public static final int rx_request_id = 0;
    public static final int rx_request_gref = 4;

    /** {@code struct netif_rx_response}. */
    public static final int SIZEOF_rx_response = 8;

    public static final int rx_response_id = 0;
    public static final int rx_response_offset = 2;
    public static final int rx_response_flags = 4;
    public static final int rx_response_status = 6;

    /** {@code struct netif_extra_info}. */
    public static final int SIZEOF_extra_info = 8;

    public static final int extra_info_type = 0;
    public static final int extra_info_flags = 1;
    public static final int extra_info_gso_size = 2;
    public static final int extra_info_gso_type = 4;
    public static final int extra_info_mcast_addr = 2;

    public static final int NETTXF_csum_blank = 1;
    public static final int NETTXF_data_validated = 2;
    public static final int NETTXF_more_data = 4;
    public static final int NETTXF_extra_info = 8;

    public static final int NETRXF_data_validated = 1;
    public static final int NETRXF_csum_blank = 2;
    public static final int NETRXF_more_data = 4;
    public static final int NETRXF_extra_info = 8;

    public static final int XEN_NETIF_EXTRA_TYPE_GSO = 1;
    public static final int XEN_NETIF_EXTRA_TYPE_MCAST_ADD = 2;
    public static final int XEN_NETIF_EXTRA_TYPE_MCAST_DEL = 3;
    public static final int XEN_NETIF_EXTRA_TYPE_MAX = 5;
    public static final int XEN_NETIF_EXTRA_FLAG_MORE = 1;

    public static final int XEN_NETIF_GSO_TYPE_TCPV4 = 1;
    public static final int XEN_NETIF_GSO_TYPE_TCPV6 = 2;

    public static final int NETIF_RSP_ERROR = -1;
    public static final int NETIF_RSP_OKAY = 0;
    public static final int NETIF_RSP_NULL = 1;

    private NetifAbi() {}
}
