package dev.lodge.vmm.backend.net;

import static dev.lodge.vmm.abi.NetifAbi.SIZEOF_rx_response;
import static dev.lodge.vmm.abi.NetifAbi.SIZEOF_tx_request;

import dev.lodge.rings.ConnectionFault;
import dev.lodge.rings.DescriptorRing;
import dev.lodge.vmm.backend.xenbus.FrontEnd;
import dev.lodge.vmm.event.BackendPort;
import dev.lodge.vmm.event.Doorbell;
import dev.lodge.vmm.network.NetworkPort;

/** One of a front end's queues: a ring for each way, and an event channel for both or for each. */
final class NetQueue {

    private final TransmitQueue transmit;
    private final ReceiveQueue receive;
    private final BackendPort transmitPort;
    private final BackendPort receivePort;

    /**
     * Takes what the front end tells of the queue.
     *
     * @param directory what its nodes' names begin with; empty for an only queue
     */
    NetQueue(FrontEnd front, String directory, NetworkPort network, MulticastFilter filter, Doorbell doorbell)
            throws ConnectionFault {
        DescriptorRing tx = new DescriptorRing(front.ring(directory + "tx-ring-ref", 0), SIZEOF_tx_request);
        DescriptorRing rx = new DescriptorRing(front.ring(directory + "rx-ring-ref", 0), SIZEOF_rx_response);
        transmit = new TransmitQueue(tx.newBackEnd(), front.mappings(), network, filter);
        receive = new ReceiveQueue(rx.newBackEnd(), front.mappings());
        if (front.tells(directory + "event-channel-tx")) {
            transmitPort = front.portRinging(directory + "event-channel-tx", doorbell);
            receivePort = front.portRinging(directory + "event-channel-rx", doorbell);
        } else {
            transmitPort = front.portRinging(directory + "event-channel", doorbell);
            receivePort = transmitPort;
        }
    }

    TransmitQueue transmit() {
        return transmit;
    }

    ReceiveQueue receive() {
        return receive;
    }

    /** Shows all answers to the front end, and notifies it if it wants to be. */
    void publish() {
        boolean transmitted = transmit.publish();
        boolean received = receive.publish();
        if (transmitted || (received && receivePort == transmitPort)) {
            transmitPort.notifyGuest();
        }
        if (received && receivePort != transmitPort) {
            receivePort.notifyGuest();
        }
    }
}
