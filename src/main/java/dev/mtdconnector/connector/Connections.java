package dev.mtdconnector.connector;

/** The connection by which a target is reached. */
@FunctionalInterface
public interface Connections {

    /**
     * @throws dev.mtdconnector.common.UpstreamException of kind NOT_CONFIGURED when this deployment cannot reach it
     */
    IntuneConnection to(PublishTarget target);
}
