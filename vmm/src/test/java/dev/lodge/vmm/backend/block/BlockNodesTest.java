package dev.lodge.vmm.backend.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.vmm.backend.xenbus.FakeGuestSide;
import dev.lodge.vmm.backend.xenbus.XenbusDevice;
import dev.lodge.vmm.storage.FakeStorage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a disk's nodes in xenstore tell, and what of a front end's is refused. */
class BlockNodesTest {

    private final BlockDeviceFixture disk = new BlockDeviceFixture();
    private final FakeGuestSide guest = disk.guest;

    @AfterEach
    void close() {
        disk.close();
    }

    @ParameterizedTest
    @CsvSource({
        "params, disk.img",
        "type, file",
        "dev, xvda",
        "mode, w",
        "device-type, disk",
        "removable, 0",
        "feature-max-indirect-segments, 256",
        "multi-queue-max-queues, 4",
        "max-ring-page-order, 4",
        "feature-flush-cache, 1",
        "feature-barrier, 1",
        "feature-discard, 1",
        "discard-granularity, 4096",
        "discard-alignment, 0",
        "discard-secure, 0",
        "feature-persistent, 0",
        "sectors, 2048",
        "info, 0",
        "sector-size, 512",
        "physical-sector-size, 4096"
    })
    void theBackEndTellsWhatLinuxsDoes(String node, String value) {
        assertEquals(value, guest.back(node));
    }

    @Test
    void theFrontEndIsToldWhichDiskItIs() {
        assertEquals("51712", guest.store.read(guest.front + "/virtual-device"));
        assertEquals("disk", guest.store.read(guest.front + "/device-type"));
    }

    @ParameterizedTest
    @CsvSource({"0, 51712", "1, 51728", "15, 51952", "16, 268439552", "25, 268441856"})
    void disksAreNumberedAsXenNumbersThem(int index, int number) {
        assertEquals(number, new BlockBackEnd(index, "", disk.storage, null, false).number());
    }

    @Test
    void aDiskThatCanOnlyBeReadSaysSo() {
        FakeGuestSide other = new FakeGuestSide("vbd", 51728);
        FakeStorage image = new FakeStorage(512);
        image.writable = false;
        new XenbusDevice(other.host(), new BlockBackEnd(1, "image", image, null, false));
        assertEquals("4", other.back("info"));
        assertEquals("r", other.back("mode"));
        assertEquals("0", other.back("feature-discard"));
        assertEquals("1", other.back("sectors"));
        assertNull(other.back("discard-granularity"));
        other.close();
    }

    @Test
    void persistentGrantsAreOfferedIfTheDiskIsToHaveThem() {
        FakeGuestSide other = new FakeGuestSide("vbd", 51728);
        new XenbusDevice(other.host(), new BlockBackEnd(1, "image", new FakeStorage(512), null, true));
        assertEquals("1", other.back("feature-persistent"));
        other.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "5", "x", "", "-1", "4294967297"})
    void aNumberOfQueuesThatWasNotOfferedIsRefused(String queues) {
        guest.write("multi-queue-num-queues", queues);
        refused("multi-queue-num-queues");
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "x", "", "-1"})
    void aRingLargerThanWasOfferedIsRefused(String order) {
        guest.write("ring-page-order", order);
        refused("ring-page-order");
    }

    @ParameterizedTest
    @ValueSource(strings = {"arm-abi", "x86_32", ""})
    void anotherMachinesRingIsRefused(String protocol) {
        guest.write("protocol", protocol);
        refused("protocol");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "yes"})
    void aFeatureIsNoughtOrOne(String feature) {
        guest.write("feature-persistent", feature);
        refused("feature-persistent");
    }

    @Test
    void aQueueWithoutARingIsRefusedAndTheOthersAreGivenBack() {
        guest.grant(8, 0x81);
        guest.write("multi-queue-num-queues", 2);
        guest.write("queue-0/ring-ref", 8);
        guest.write("queue-0/event-channel", guest.unboundPort());
        guest.setState(3);
        assertEquals("5", guest.backState());
        assertTrue(String.valueOf(guest.back("error")).contains("queue-1/ring-ref"));
        assertFalse(guest.isGrantInUse(8));
    }

    private void refused(String because) {
        guest.setState(3);
        assertEquals("5", guest.backState());
        assertTrue(String.valueOf(guest.back("error")).contains(because));
    }
}
