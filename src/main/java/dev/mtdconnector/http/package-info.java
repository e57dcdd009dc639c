/** HTTP without a framework: router, problem documents, body limits, JSON binding, security headers. */
@NullMarked
package dev.mtdconnector.http;

import org.jspecify.annotations.NullMarked;
