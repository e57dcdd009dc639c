package dev.mtdconnector.intune;

import dev.mtdconnector.connector.PublishTarget;

/** The publisher that writes to a target. */
@FunctionalInterface
public interface Publishers {

    /**
     * @throws dev.mtdconnector.common.UpstreamException of kind NOT_CONFIGURED when this deployment cannot write there
     */
    IntunePublisher of(PublishTarget target);
}
