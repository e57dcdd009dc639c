package dev.mtdconnector.notify;

import java.util.Optional;

/** A look at a recorded mail right before it is sent: between the two somebody may have said that they want it no more. */
@FunctionalInterface
public interface LastLook {

    /** Every mail goes as it was recorded. */
    LastLook NONE = (tenantId, draft) -> Optional.of(draft);

    /** Why a mail was given up that this look stopped. */
    String UNWANTED = "UNWANTED";

    /**
     * The mail as it is to go now, with the same id and recipient; empty when it is not to go any more.
     *
     * @throws dev.mtdconnector.common.UpstreamException when that cannot be known now: the mail waits
     */
    Optional<MailOutbox.Draft> at(String tenantId, MailOutbox.Draft draft);
}
