import { parentPort, workerData } from 'node:worker_threads'
import { type DrawingOrder, drawDocument } from './draw-document.ts'

/** Draws one document in a thread of its own, so that queries are answered meanwhile, and ends. */
const order: DrawingOrder = workerData
parentPort?.postMessage(await drawDocument(order))
