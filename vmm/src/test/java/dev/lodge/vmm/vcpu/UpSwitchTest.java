package dev.lodge.vmm.vcpu;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lodge.vmm.hypercall.FakeDomain;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class UpSwitchTest {

    private final UpSwitch power = new UpSwitch();
    private final FakeDomain domain = new FakeDomain(1);
    private final Thread vcpu = new Thread(() -> power.await(domain));

    @Test
    void aVcpuThatIsDownWaitsUntilItIsUp() throws InterruptedException {
        power.down();
        vcpu.start();
        while (vcpu.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        assertTrue(power.isDown());
        power.up();
        vcpu.join();
        assertFalse(power.isDown());
    }

    @Test
    void theDomainsEndIsNotMissed() throws InterruptedException {
        power.down();
        domain.shutdown(0);
        vcpu.start();
        vcpu.join();
    }

    @Test
    void oneThatIsToldOfTheEndWhileItWaitsStopsWaiting() throws InterruptedException {
        power.down();
        vcpu.start();
        while (vcpu.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        vcpu.interrupt();
        vcpu.join();
    }
}
