package dev.lodge.guest;

import java.io.IOException;

/** The guest sent something on the command channel that the agent's protocol does not allow. */
public final class AgentProtocolException extends IOException {
    private static final long serialVersionUID = 1;

    /**
     * Says what the guest did.
     *
     * @param message names the frame and what is wrong with it
     */
    public AgentProtocolException(String message) {
        super(message);
    }
}
